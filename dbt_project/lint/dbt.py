"""Stand-ins for dbt's cross-database macros, so that sqlfluff can lint without a manifest. Lint only."""


def datediff(first, second, part):
    return f"date_diff('{part}', {first}, {second})"


def dateadd(part, number, date):
    return f"date_add({date}, {number})"


def date_trunc(part, date):
    return f"date_trunc('{part}', {date})"


def listagg(measure, delimiter="','", order_by_clause="", limit_num=None):
    return f"string_agg({measure}, {delimiter} {order_by_clause})"


def split_part(text, delimiter, part):
    return f"split_part({text}, {delimiter}, {part})"


def concat(fields):
    return f"concat({', '.join(fields)})"


def safe_cast(field, kind):
    return f"try_cast({field} as {kind})"


def hash(field):
    return f"md5({field})"


def length(expression):
    return f"length({expression})"


def type_string():
    return "varchar"


def type_float():
    return "double"


def position(substring, text):
    return f"position({substring} in {text})"
