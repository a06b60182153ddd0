"""Words that carry no claim, and words that change one: by language, as they are compared (lower case, without accents)."""

from collections.abc import Mapping
from dataclasses import dataclass


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """``function``: words without content. ``neutral``: content words that say nothing by themselves. ``negators``, and the words
    at which the reach of a negation ends (``turns``). ``both``: classes that a sentence has exactly if its ground has them;
    ``strong``: classes that a sentence has only if its ground has them. ``same``: a plain word, and the words that it may stand for.
    """

    function: frozenset[str]
    neutral: frozenset[str]
    negators: frozenset[str]
    turns: frozenset[str]
    both: Mapping[str, frozenset[str]]
    strong: Mapping[str, frozenset[str]]
    bounds: Mapping[str, frozenset[str]]
    relations: frozenset[str]
    numbers: Mapping[str, str]
    units: Mapping[str, str]
    same: Mapping[str, frozenset[str]]


def _pairs(text: str) -> dict[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = {}
    for line in text.strip().splitlines():
        plain, _, formal = line.partition("=")
        for word in plain.split():
            found[word] = found.get(word, frozenset()) | _set(formal)
    return found


def _units(text: str) -> dict[str, str]:
    return {word: line.split()[0] for line in text.strip().splitlines() for word in line.split()}


def _numbers(text: str) -> dict[str, str]:
    return {word: str(at) for at, line in enumerate(text.strip().splitlines()) for word in line.split() if word != "-"}


ENGLISH = Vocabulary(
    function=_set(
        """a an the this that these those it its they them their theirs he him his she her hers you your yours we us our ours i my me
        mine one ones who whom whose which what where how why there here is are was were be been being am do does did done doing has
        have had having of in on at by for with about as and or to so such s t re ve ll d m also too very just then than into from
        out up down over under off through between during while both either each other another own itself themselves himself
        herself yourself ourselves yet still even"""
    ),
    neutral=_set(
        """people person persons someone somebody anyone everyone thing things something kind kinds type types way ways mean means
        meaning meant call called calls name named names word words say says said tell tells known another example examples like
        includes include including part parts different certain given happen happens make makes made get gets got"""
    ),
    negators=_set(
        "not no never none nor neither nobody nothing without cannot lack lacks hardly barely fails fail unable unlikely"
    ),
    turns=_set("but however although though whereas except instead unless"),
    both={
        "uncertain": _set("may might can could possible possibly perhaps maybe likely probably unclear unsure"),
        "condition": _set("if unless whether depends depend depending"),
        "only": _set("only solely alone just"),
        "some": _set("some several few sometimes occasionally certain"),
        "rare": _set("rare rarely seldom uncommon"),
        "except": _set("except besides excluding"),
        "until": _set("until till"),
    },
    strong={
        "must": _set("must should need needs required require requires ought has-to have-to necessary important"),
        "will": _set("will shall going-to"),
        "all": _set("all every always everyone everybody entirely completely fully"),
        "any": _set("any anyone anybody anything"),
        "most": _set("most mostly usually generally majority often common commonly frequently many typically normally"),
        "sure": _set(
            "certainly definitely surely guaranteed guarantee proven proves cure cures cured harmless safe safely best"
        ),
        "superlative": _set(
            "best worst better worse more less fewer most least higher lower greater stronger weaker bigger smaller"
        ),
    },
    bounds={
        "over": _set("over above exceeding"),
        "under": _set("under below"),
        "least": _set("least"),
        "most": _set("most"),
        "more": _set("more"),
        "less": _set("less fewer"),
        "about": _set("about around roughly approximately nearly almost"),
    },
    relations=_set(
        """before after than cause causes caused because lead leads led follow follows followed instead rather replace replaces prevent
        prevents prevented earlier later from into by"""
    ),
    numbers=_numbers(
        """zero
        one once first
        two twice second
        three third
        four fourth
        five fifth
        six sixth
        seven seventh
        eight eighth
        nine ninth
        ten tenth
        eleven
        twelve"""
    )
    | {
        "half": "0.5",
        "dozen": "12",
        "twenty": "20",
        "thirty": "30",
        "forty": "40",
        "fifty": "50",
        "hundred": "100",
        "thousand": "1000",
    },
    units=_units(
        """percent % per-cent
        day days daily
        week weeks weekly
        month months monthly
        year years yearly annually
        hour hours
        minute minutes
        mg milligram milligrams
        mcg microgram micrograms
        g gram grams
        ml milliliter milliliters millilitre millilitres
        cm centimeter centimeters centimetre centimetres
        mm millimeter millimeters millimetre millimetres
        inch inches
        gy gray
        degree degrees
        c celsius
        f fahrenheit
        time times
        cup cups
        tablet tablets pill pills"""
    ),
    same=_pairs(
        """come comes coming back return returns returned=recur recurs recurred recurrence recurrent relapse relapsed return
        come comes coming back return returns returned=returns returned come comes back
        again=recur recurrence recurrent relapse return
        spread spreads spreading=metastasis metastases metastasize metastasized metastatic spread spreads
        doctor doctors=physician physicians clinician clinicians oncologist oncologists provider providers
        medicine medicines=drug drugs medication medications agent agents
        drug drugs=medicine medicines medication medications
        find found finds=detect detected detection diagnose diagnosed find found identify identified
        look looks looking=examine examination examined
        check checks checked=examine examination examined monitor monitoring evaluate evaluation test tests
        treat treated treats treatment treatments=treat treated treatment treatments therapy therapies
        remove removes removed removing=resect resection resected excise remove removed removal
        surgery operation=surgery surgical resection operation
        tumor tumors tumour tumours=tumor tumors tumour tumours neoplasm
        start starts begin begins=begin begins start starts originate originates arise arises form forms
        grow grows growing=grow grows growth progress progresses progression
        use used uses=use used utilize utilized administer administered give given
        near nearby close=regional adjacent near nearby close
        far=distant far
        place places=site sites location place places
        show shows=indicate indicates show shows reveal reveals
        help helps=help helps assist aid aids
        belly=abdomen abdominal
        kidney kidneys=renal kidney kidneys
        lung lungs=pulmonary lung lungs
        heart=cardiac heart
        liver=hepatic liver
        bone bones=bone bones osseous
        brain=brain cerebral
        scan scans=imaging scan scans
        picture pictures=imaging images image scan
        pain=pain ache painful
        tired tiredness=fatigue fatigued tired
        sick nausea=nausea nauseated
        throw vomiting=vomiting vomit emesis
        child children=child children childhood pediatric
        study studies=trial trials study studies
        trial trials=trial trials study studies
        side effects=adverse toxicity side effects
        sign signs symptom symptoms=sign signs symptom symptoms
        care=care"""
    ),
)

SPANISH = Vocabulary(
    function=_set(
        """el la los las lo un una unos unas de del al a ante con en para por segun sobre tras y e o u que quien quienes cual cuales cuyo
        donde como es son era eran fue fueron ser sido siendo esta estan estaba estar ha han habia haber hay se su sus le les me mi mis
        nos te tu tus usted ustedes ese esa eso esos esas este estos estas esto aquel aquella ello ella ellos ellas nosotros tambien muy
        asi ya aun entre hasta durante otro otra otros otras tiene tienen tener hace hacen hacer desde porque"""
    ),
    neutral=_set(
        """persona personas gente alguien cosa cosas algo tipo tipos clase clases forma formas manera maneras significa significan quiere
        decir dice llama llaman llamada llamado nombre nombres palabra palabras conocido conocida ejemplo ejemplos incluye incluyen parte
        partes distinto distinta diferente diferentes ocurre ocurren sucede suceden pasa"""
    ),
    negators=_set("no ni nunca jamas ningun ninguna ninguno nada nadie sin tampoco apenas imposible"),
    turns=_set("pero sino aunque excepto salvo"),
    both={
        "uncertain": _set("puede pueden podria podrian quiza quizas posible posiblemente probable probablemente acaso"),
        "condition": _set("si depende dependen"),
        "only": _set("solo solamente unicamente"),
        "some": _set("algunos algunas algun alguna varios varias veces pocos pocas"),
        "rare": _set("raro rara raros raras raramente infrecuente"),
        "except": _set("excepto salvo"),
    },
    strong={
        "must": _set("debe deben deberia deberian necesita necesitan necesario necesaria importante"),
        "all": _set("todo toda todos todas siempre cada completamente totalmente cualquier cualquiera"),
        "most": _set(
            "mayoria generalmente frecuente frecuentes frecuentemente suele suelen comun comunes muchos muchas menudo"
        ),
        "sure": _set("seguro segura seguramente garantiza garantizado cura curan curado curada inofensivo mejor"),
        "superlative": _set("mejor peor mas menos mayor menor"),
    },
    bounds={
        "more": _set("mas"),
        "less": _set("menos"),
        "about": _set("unos cerca aproximadamente casi"),
        "under": _set("debajo inferior"),
        "over": _set("encima superior"),
    },
    relations=_set("antes despues causa causan causado porque sigue siguen lugar reemplaza previene desde hacia"),
    numbers=_numbers(
        """cero
        -
        dos segunda segundo
        tres tercera tercero
        cuatro
        cinco
        seis
        siete
        ocho
        nueve
        diez
        once
        doce"""
    )
    | {
        "mitad": "0.5",
        "veinte": "20",
        "treinta": "30",
        "cuarenta": "40",
        "cincuenta": "50",
        "cien": "100",
        "ciento": "100",
        "mil": "1000",
    },
    units=_units(
        """porciento % por-ciento
        dia dias diario diaria
        semana semanas
        mes meses
        ano anos anual
        hora horas
        minuto minutos
        mg miligramo miligramos
        g gramo gramos
        ml mililitro mililitros
        cm centimetro centimetros
        mm milimetro milimetros
        grado grados
        vez veces
        tableta tabletas pastilla pastillas"""
    ),
    same=_pairs(
        """vuelve vuelven volver regresa regresan aparecer=recurre recurrencia recurrente recaida reaparece reaparicion
        vuelve vuelven volver regresa regresan aparecer=regresa regresar regreso vuelve volver
        extiende extienden extendido propaga=metastasis metastasico disemina diseminado extiende extendido propaga
        medico medicos doctor doctora=medico medicos oncologo oncologa especialista doctor
        medicina medicinas medicamento medicamentos=farmaco farmacos medicamento medicamentos medicina medicinas
        encuentra encontrar=detecta detectar deteccion encuentra encontrar diagnostica diagnosticar
        quitar quita extirpar=extirpar extirpa reseccion resecar quitar
        operacion cirugia=cirugia operacion reseccion quirurgico
        tratar trata tratamiento tratamientos=tratar tratamiento tratamientos terapia terapias
        empieza comienza=empieza comienza inicia origina
        cerca=regional cercano cercanos cerca
        lejos=distante distancia lejos
        lugar lugares sitio=lugar lugares sitio sitios
        examen examenes prueba pruebas=examen examenes prueba pruebas
        imagenes=imagen imagenes estudio
        cansancio=fatiga cansancio
        nino ninos=nino ninos infantil pediatrico
        estudio estudios=ensayo ensayos estudio estudios
        sintoma sintomas senal senales=sintoma sintomas signo signos senal senales"""
    ),
)
VOCABULARIES: Mapping[str, Vocabulary] = {"en": ENGLISH, "es": SPANISH}

# Words by which a text shows itself to be in another language than the two.
OTHER_LANGUAGES: Mapping[str, frozenset[str]] = {
    "fr": _set("le les des est une dans pour que qui avec sont sur pas plus cette votre vous et peut être au aux"),
    "de": _set("der die das und ist nicht ein eine mit für von den dem kann wird sie auf zu bei oder als auch"),
    "pt": _set("o os as uma em não para com que é são do da dos das pode ou mais você seu ao pelo"),
    "it": _set("il gli della di che è una per con sono non più può nel alla dei delle questo essere"),
}
