"""Small files, small functions: the bars that keep any part readable in one sitting."""

from scripts.sizes import measure, middle_and_most
from tests.architecture.checkout import files, name, python

LARGEST_FILE = 400
LARGEST_FUNCTION = 60


def test_no_file_is_longer_than_four_hundred_lines() -> None:
    code = (*python("src", "tests", "lab", "scripts", "benchmarks"), *files(".ts", "web/src"), *files(".tsx", "web/src"))
    long = {name(path): lines for path in code if (lines := path.read_text().count("\n")) > LARGEST_FILE}
    assert not long


def test_no_function_is_longer_than_sixty_lines() -> None:
    functions = measure(python("src", "tests", "lab", "scripts", "benchmarks")).functions
    assert not {where: lines for where, lines in functions.items() if lines > LARGEST_FUNCTION}


def test_most_files_of_the_package_are_far_smaller() -> None:
    median, p90, _ = middle_and_most(measure(python("src")).files)
    assert median <= 120, f"median file has {median} lines"
    assert p90 <= 250, f"ninetieth percentile of the files has {p90} lines"


def test_most_functions_of_the_package_are_far_smaller() -> None:
    median, p90, _ = middle_and_most(measure(python("src")).functions)
    assert median <= 9, f"median function has {median} lines"
    assert p90 <= 30, f"ninetieth percentile of the functions has {p90} lines"
