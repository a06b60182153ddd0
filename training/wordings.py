"""Questions as people type them: what a section is about, and ways to ask for it.

`{x}` is the disease, drug or matter that a page is about. WORDINGS train the encoder. UNSEEN are for measuring
only: other words for the same needs, kept apart so that a good figure cannot come from having learnt the wordings.
"""

import random
import re

# The first pattern that a heading matches says what it is about.
KINDS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (kind, re.compile(pattern, re.IGNORECASE))
    for kind, pattern in (
        ("second opinion", r"second opinion"),
        ("questions to ask", r"questions? to ask|talking (with|to) your|talk (with|to) your (doctor|health)"),
        ("follow-up", r"follow.?up|after treatment|surveillance|monitoring|survivorship"),
        ("late effects", r"late (effect|sequelae|toxicit)|long.term (effect|side)|subsequent neoplasm|second cancers?\b"),
        ("side effects", r"side effects?|adverse|toxicit|harms? of (treat|chemo|radi)|complications"),
        ("recurrence", r"recurr|relaps|come back|comes back|came back|refractory|progressive"),
        ("spread", r"metasta|spread|advanced"),
        ("trials", r"clinical trial|new types of treatment|under clinical evaluation"),
        ("stages", r"\bstag(e|es|ing)\b|tnm|risk groups?|grading"),
        ("screening", r"screening|early detection|overdiagnosis"),
        ("prevention", r"prevent|protective|lower your risk|reduce (the |your )?risk|risk.reduc"),
        ("inheritance", r"genetic|inherit|hereditary|family history|gene\b|genes\b|genomics|counsel"),
        ("susceptibility", r"risk factor|at risk|increase[sd]? (the |your )?risk|affect(s|ed)? (the |your )?risk|risk of"),
        ("causes", r"\bcauses?\b|etiolog|pathogenesis|exposure"),
        ("symptoms", r"symptom|\bsigns?\b|clinical (presentation|features)|may cause"),
        ("exams and tests", r"diagnos|\btests?\b|biops|\bexams?\b|scan|imaging|x-?ray|evaluation|ultrasound|\bmri\b"),
        ("outlook", r"prognos|chance of recovery|survival|outlook|mortality|life expectancy"),
        ("pain", r"\bpain\b|opioid|palliative"),
        ("coping", r"coping|feelings?|emotion|support|caregiver|famil(y|ies)|anxiety|distress|depress|fear"),
        ("food and activity", r"diet|nutrition|eating|food|exercise|physical activity|appetite|weight"),
        ("costs and work", r"\bcosts?\b|insurance|money|financial|\bwork\b|employ|school"),
        ("end of life", r"end.of.life|hospice|last (days|weeks)|grief|advance (care|directive)"),
        ("pregnancy and fertility", r"pregnan|fertil|sexual"),
        ("drug use", r"^use in cancer|approved|indication"),
        ("treatment", r"treat|therap|surgery|transplant|watchful|chemo|medicine|drugs?\b|management|ways to manage"),
        ("frequency", r"incidence|prevalence|statistics|how common|epidemiolog"),
        ("information", r"overview|general information|key points|what is|\bis a\b|anatomy|introduction|about|begins|forms in"),
    )
)  # fmt: skip

WORDINGS: dict[str, tuple[str, ...]] = {
    "information": (
        "What is (are) {x} ?", "What is {x}?", "what is {x}", "what's {x}", "whats {x} exactly", "{x} explained simply",
        "can someone explain {x} to me", "tell me about {x}", "i have {x}, what does that mean", "what does {x} mean",
        "my dad was told he has {x} what is that", "where in the body does {x} start", "basic facts about {x}", "{x}",
    ),
    "symptoms": (
        "What are the symptoms of {x} ?", "What are the signs of {x}?", "{x} symptoms", "symptoms of {x}",
        "how do i know if i have {x}", "what does {x} feel like", "how would i notice {x}", "warning signs of {x}",
        "what should i look out for with {x}", "could it be {x}", "what are the first signs of {x}",
        "i have a lump and i'm tired could this be {x}", "how does {x} show itself",
    ),
    "exams and tests": (
        "How to diagnose {x} ?", "What tests are used to find {x}?", "how do doctors find {x}", "how is {x} diagnosed",
        "what tests will i need for {x}", "do i need a scan for {x}", "is there a blood test for {x}",
        "how can they tell it is {x}", "what happens in the tests for {x}", "biopsy for {x}", "{x} diagnosis",
        "my doctor wants to test me for {x} what will they do", "which scans are done for {x}",
    ),
    "treatment": (
        "What are the treatments for {x} ?", "How is {x} treated?", "{x} treatment", "treatment options for {x}",
        "how do they treat {x}", "what can be done about {x}", "can {x} be cured", "do i need chemo for {x}",
        "what are my options with {x}", "i have {x} what happens now", "do they operate on {x}", "medicine for {x}",
        "what helps with {x}", "which therapy is given for {x}", "how will the doctors treat my {x}",
    ),
    "stages": (
        "What are the stages of {x} ?", "{x} stages", "how is {x} staged", "what stage is my {x}", "stage 4 {x}",
        "what does stage 3 {x} mean", "how do they know how far {x} has gone", "what do the numbers mean in {x} staging",
        "explain {x} staging to me", "is my {x} early or late",
    ),
    "outlook": (
        "What is the outlook for {x} ?", "What is the prognosis of {x}?", "{x} prognosis", "{x} survival rate",
        "how long can you live with {x}", "what are my chances with {x}", "am i going to die of {x}",
        "will i get better from {x}", "is {x} deadly", "how serious is {x}", "what affects my chance of recovery from {x}",
        "do people survive {x}",
    ),
    "susceptibility": (
        "Who is at risk for {x}? ?", "What are the risk factors for {x}?", "{x} risk factors", "who gets {x}",
        "am i at risk of {x}", "what makes {x} more likely", "does smoking raise the risk of {x}", "why would someone get {x}",
        "what raises your chance of {x}", "are older people more likely to have {x}",
    ),
    "causes": (
        "What causes {x} ?", "causes of {x}", "why did i get {x}", "what brings on {x}", "how do you get {x}",
        "where does {x} come from", "did i do something to get {x}",
    ),
    "prevention": (
        "How to prevent {x} ?", "preventing {x}", "can i prevent {x}", "how to avoid {x}", "ways to lower my risk of {x}",
        "how do i stop getting {x}", "what protects against {x}", "is there anything i can do so i don't get {x}",
    ),
    "inheritance": (
        "Is {x} inherited ?", "What are the genetic changes related to {x} ?", "is {x} hereditary", "{x} genes",
        "does {x} run in families", "my mother had {x} will i get it", "can i pass {x} on to my children",
        "should i get a gene test for {x}", "which gene is behind {x}",
    ),
    "frequency": (
        "How many people are affected by {x} ?", "how common is {x}", "{x} statistics", "is {x} rare",
        "how many people have {x}", "how many cases of {x} are there each year",
    ),
    "recurrence": (
        "What are the treatments for recurrent {x}?", "{x} came back", "my {x} is back what now", "recurrent {x}",
        "can {x} come back", "what happens if {x} returns", "treatment when {x} comes back", "{x} relapse",
        "how will i know if {x} has come back", "it's back again {x}", "the first treatment for {x} stopped working",
    ),
    "spread": (
        "{x} that has spread", "has my {x} spread", "metastatic {x}", "where does {x} spread to",
        "{x} in the liver and bones now what", "my {x} is advanced", "how does {x} spread in the body",
        "it has gone to other parts of my body {x}",
    ),
    "follow-up": (
        "What follow-up is needed after {x}?", "{x} follow up", "check ups after {x}", "how often are scans after {x}",
        "what happens after treatment for {x}", "do i still need tests after {x}", "how do they check that {x} stays away",
        "i finished treatment for {x} what next",
    ),
    "late effects": (
        "late effects of {x} treatment", "long term problems after {x}", "what problems can come years after {x}",
        "can treatment for {x} cause another cancer later", "my child had {x} what can happen later in life",
    ),
    "side effects": (
        "What are the side effects of {x}?", "{x} side effects", "how will {x} make me feel", "what are the risks of {x}",
        "how to deal with side effects of {x}", "does {x} make you sick", "i feel awful on {x}", "is {x} dangerous",
        "problems from {x}", "what can go wrong with {x}",
    ),
    "trials": (
        "Are there clinical trials for {x}?", "{x} clinical trials", "new treatments for {x}", "can i join a study for {x}",
        "experimental treatment {x}", "what research is there on {x}", "what is being tested for {x}",
    ),
    "screening": (
        "Is there screening for {x}?", "{x} screening", "should i be screened for {x}", "how to catch {x} early",
        "is it worth getting checked for {x}", "what are the downsides of screening for {x}", "test for {x} when i feel fine",
    ),
    "second opinion": (
        "Should I get a second opinion about {x}?", "second opinion {x}", "i want another doctor to look at my {x}",
        "i'm not sure my doctor is right about {x}", "how do i find another specialist for {x}",
    ),
    "questions to ask": (
        "What should I ask my doctor about {x}?", "questions to ask about {x}", "what do i say to the doctor about {x}",
        "i see the doctor tomorrow about {x} what should i ask",
    ),
    "pain": (
        "pain with {x}", "how can i get relief from pain in {x}", "it hurts {x}", "painkillers for {x}",
        "what helps with pain from {x}",
    ),
    "coping": (
        "How do people cope with {x}?", "coping with {x}", "i am scared about {x}", "who can i talk to about {x}",
        "i can't stop worrying about {x}", "how can i support my husband with {x}", "feeling low with {x}",
        "how do i tell my kids about {x}", "support for families {x}",
    ),
    "food and activity": (
        "What should I eat with {x}?", "diet and {x}", "can i exercise with {x}", "i'm losing weight {x}",
        "foods to avoid with {x}", "i have no appetite {x}",
    ),
    "costs and work": (
        "paying for {x}", "can i work during {x}", "how much does {x} cost", "help with bills {x}",
        "will insurance cover {x}",
    ),
    "end of life": (
        "end of life care {x}", "what happens near the end with {x}", "when is it time for hospice {x}",
        "dying from {x} what to expect",
    ),
    "pregnancy and fertility": (
        "{x} and pregnancy", "can i have children after {x}", "i'm pregnant and have {x}", "{x} and sex",
        "does {x} make you infertile",
    ),
    "drug use": (
        "What is {x} used for?", "{x} used for which cancers", "what does {x} treat", "why was i given {x}", "{x} medicine",
        "my doctor prescribed {x} what is it for",
    ),
    "research": ("what research is being done for {x} ?", "new findings about {x}", "studies on {x}"),
    "genetic changes": ("What are the genetic changes related to {x} ?", "which gene causes {x}", "{x} mutation"),
    "considerations": ("What to do for {x} ?", "living with {x}", "what should i do if i have {x}"),
    "complications": ("What are the complications of {x} ?", "what else can {x} lead to", "problems caused by {x}"),
}  # fmt: skip

# For sections of no known kind: `{h}` is the heading.
GENERAL = (
    "{h} {x}", "{x} {h}", "{h} in {x}", "what about {h} for {x}", "{h}", "tell me about {h} in {x}", "{x}: {h}",
    "what is {h} in {x}", "i read about {h} with {x}", "does {h} matter for {x}", "my doctor mentioned {h} for {x}",
)  # fmt: skip

UNSEEN: dict[str, tuple[str, ...]] = {
    "information": (
        "just found out it's {x} and i have no idea what kind of disease that is",
        "please describe {x} in everyday language",
    ),
    "symptoms": (
        "what kind of changes in my body would point to {x}",
        "my wife has been feeling off for weeks, how would {x} make itself known",
    ),
    "exams and tests": (
        "the hospital suspects {x}, which procedures come first",
        "how would a specialist confirm {x}",
    ),
    "treatment": (
        "what will they offer my sister to fight {x}",
        "is an operation or radiation better known to work against {x}",
    ),
    "stages": (
        "report says IIB, how do they sort {x} into groups",
        "how far along can {x} be and what are those levels called",
    ),
    "outlook": (
        "doc says {x}, does my brother stand a good chance of making it",
        "what decides whether somebody pulls through {x}",
    ),
    "susceptibility": (
        "which people should worry most about {x}",
        "i used to drink and work with chemicals, could that lead to {x}",
    ),
    "causes": ("what is behind {x} in the first place", "how come some people develop {x}"),
    "prevention": (
        "steps to keep {x} from ever happening",
        "i want to stay clear of {x}, which habits help",
    ),
    "inheritance": (
        "grandma and aunt both had {x}, is it in our blood",
        "do children of someone with {x} carry it too",
    ),
}

PLAIN_WORDS = tuple(
    (re.compile(rf"\b{term}\b", re.IGNORECASE), words)
    for term, words in (
        ("nausea and vomiting", ("throwing up", "feeling sick")), ("nausea", ("feeling sick", "queasy")),
        ("vomiting", ("throwing up",)), ("fatigue", ("being so tired", "tiredness", "no energy")),
        ("pruritus", ("itching", "itchy skin")), ("alopecia", ("hair loss", "hair falling out")),
        ("dyspnea", ("short of breath", "trouble breathing")), ("edema", ("swelling",)),
        ("lymphedema", ("swollen arm", "swelling in my leg")), ("constipation", ("can't go to the toilet",)),
        ("diarrhea", ("the runs", "loose stools")), ("mucositis", ("mouth sores",)),
        ("recurrent", ("back again", "returned")), ("recurrence", ("coming back", "return")),
        ("metastatic", ("spread",)), ("metastasis", ("spread",)), ("metastases", ("spread",)),
        ("prognosis", ("chances", "what to expect")), ("malignant", ("cancerous",)), ("benign", ("not cancer",)),
        ("neoplasms?", ("tumors", "growth")), ("carcinoma", ("cancer",)), ("renal", ("kidney",)),
        ("hepatic", ("liver",)), ("pulmonary", ("lung",)), ("cardiac", ("heart",)), ("gastric", ("stomach",)),
        ("cutaneous", ("skin",)), ("colorectal", ("bowel", "colon")), ("pediatric", ("in kids",)),
        ("childhood", ("in children", "kids", "my son's", "my daughter's")), ("chemotherapy", ("chemo",)),
        ("radiation therapy", ("radiation", "radio")), ("radiotherapy", ("radiation",)), ("surgery", ("an operation",)),
        ("acute lymphoblastic leukemia", ("ALL", "all leukemia")), ("acute myeloid leukemia", ("AML",)),
        ("chronic lymphocytic leukemia", ("CLL",)), ("chronic myelogenous leukemia", ("CML",)),
        ("non-hodgkin lymphoma", ("NHL",)), ("non-small cell lung cancer", ("NSCLC", "lung cancer")),
        ("hypertension", ("high blood pressure",)), ("insomnia", ("can't sleep",)), ("pyrexia", ("fever",)),
        ("hemorrhage", ("bleeding",)), ("neuropathy", ("numb fingers", "tingling in my feet")),
        ("cognitive impairment", ("chemo brain", "can't think straight")), ("xerostomia", ("dry mouth",)),
        ("infertility", ("can't have kids",)), ("prevention", ("stopping it",)), ("diagnosis", ("finding out",)),
    )
)  # fmt: skip


def kind_of(heading: str) -> str | None:
    """What a section with this heading is about, or None when no pattern says."""
    return next((kind for kind, pattern in KINDS if pattern.search(heading)), None)


def ask(kind: str | None, x: str, heading: str, chance: random.Random) -> str:
    """One question for a section of this kind; for no kind, one made of the heading's own words."""
    if kind in WORDINGS:
        question = chance.choice(WORDINGS[kind]).replace("{x}", x)
    else:
        question = chance.choice(GENERAL).replace("{x}", x).replace("{h}", heading.rstrip("."))
    return question


def typed(question: str, chance: random.Random) -> str:
    """The question as it may be typed: at times in plain words, lower case, without marks, or with a slip."""
    if chance.random() < 0.35:
        for pattern, words in PLAIN_WORDS:
            question = pattern.sub(chance.choice(words), question)
    if chance.random() < 0.6:
        question = question.lower()
    if chance.random() < 0.4:
        question = re.sub(r"[?.,:()]", "", question)
    if chance.random() < 0.12:
        question = _slip(question, chance)
    return " ".join(question.split())


def _slip(question: str, chance: random.Random) -> str:
    words = question.split()
    long = [i for i, word in enumerate(words) if len(word) > 4 and word.isalpha()]
    if not long:
        return question
    i = chance.choice(long)
    word, at = words[i], chance.randrange(1, len(words[i]) - 2)
    swapped = word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    words[i] = chance.choice((swapped, word[:at] + word[at + 1 :], word[:at] + word[at] + word[at:]))
    return " ".join(words)
