"""The command line in Spanish: what is said beside the quotations, declines, urgent notices and errors."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from waymark.app.cli.main import run
from waymark.app.wiring import Waymark, starter_folder
from waymark.settings import Settings

NAMES = ("es/second-opinions", "en/second-opinions", "en/cancer-glioblastoma", "es/when-to-call-right-away")


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("cli-spanish") / "library"
    (folder.parent / "empty").mkdir()
    service = Waymark.open(Settings(library=folder))
    service.close()
    assert (starter_folder() / f"{NAMES[0]}.md").exists()
    yield folder


def said(capsys: pytest.CaptureFixture[str], library: Path, *arguments: str) -> tuple[int, str, str]:
    code = run([*arguments[:1], "--library", str(library), *arguments[1:]])
    captured = capsys.readouterr()
    return code, captured.out, captured.err


def test_a_spanish_question_is_answered_in_spanish(capsys: pytest.CaptureFixture[str], library: Path) -> None:
    code, out, _ = said(capsys, library, "ask", "¿Cómo pido una segunda opinión?")
    assert code == 0
    assert "Para pacientes. Aún no lo ha revisado un profesional clínico." in " ".join(out.split())
    assert "See also" not in out and "For patients" not in out


def test_lang_says_it_and_english_documents_say_that_they_are_english(
    capsys: pytest.CaptureFixture[str], library: Path
) -> None:
    _, out, _ = said(capsys, library, "ask", "--lang", "es", "glioblastoma")
    assert "Waymark. En inglés. Para pacientes." in " ".join(out.split())
    _, out, _ = said(capsys, library, "ask", "--lang", "en", "¿Qué es una segunda opinión?")
    assert "For patients." in out


def test_search_and_show_speak_it_too(capsys: pytest.CaptureFixture[str], library: Path) -> None:
    _, out, _ = said(capsys, library, "search", "--lang", "es", "-k", "1", "segunda opinión")
    assert "puntaje" in out and "Para pacientes" in " ".join(out.split())
    _, out, _ = said(capsys, library, "show", "--lang", "es", "waymark-es-second-opinions")
    assert "Historia" in out and "estado" in out and "publicada" in out


def test_errors_are_said_in_it(capsys: pytest.CaptureFixture[str], library: Path) -> None:
    code, _, err = said(capsys, library, "show", "nada", "--lang=es")
    assert code == 4 and err.startswith("La biblioteca no tiene ningún documento «nada».")
    code, _, err = said(capsys, library, "ask", "--lang", "es", "--cancer", "zzz", "hola")
    assert code == 2 and "no es un cáncer que Waymark conozca" in err
    code, out, _ = said(capsys, library, "ask", "--json", "--lang", "es", "--cancer", "zzz", "hola")
    assert "no es un cáncer" in json.loads(out)["error"]["say"]


def test_declines_and_urgent_notices(capsys: pytest.CaptureFixture[str], library: Path) -> None:
    _, out, _ = said(capsys, library, "ask", "¿Cuánto tiempo me queda de vida?")
    assert "Lo que la biblioteca sí dice" in out and "su equipo médico" in " ".join(out.split())
    _, out, _ = said(capsys, library, "ask", "tengo fiebre de 39 después de la quimio")
    assert out.startswith(("Busque ayuda ahora", "Llame hoy a su equipo médico"))
