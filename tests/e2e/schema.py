"""Is a JSON document of ours as judge/report.schema.json says?  Every report that a test reads is asked."""
import functools
import json
import os
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PACKAGES = "/usr/lib/python3/dist-packages"  # Debian's: a suite that starts with -S has it not


@functools.lru_cache
def validators():
    """(of a report, of what exec writes)"""
    sys.path.append(PACKAGES)
    try:
        import jsonschema  # python3-jsonschema: tools/install-deps --dev
    finally:
        sys.path.remove(PACKAGES)
    with open(os.path.join(ROOT, "judge", "report.schema.json"), encoding="utf-8") as file:
        schema = json.load(file)
    jsonschema.Draft202012Validator.check_schema(schema)
    outcome = {"$ref": "#/$defs/exec", "$defs": schema["$defs"]}
    return jsonschema.Draft202012Validator(schema), jsonschema.Draft202012Validator(outcome)


def complaints(document):
    """What is wrong with a report, or with what `exec --json` wrote; other documents are not ours to judge."""
    if not isinstance(document, dict):
        return []
    report, outcome = validators()
    validator = report if "tests" in document and "problem" in document else outcome if "kill_ms" in document else None
    return [f"{error.json_path}: {error.message[:300]}" for error in validator.iter_errors(document)] if validator else []
