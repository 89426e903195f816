# Holds documents to the schemas that the services which read them publish. Standard input is a list
# of {"schema": …, "value": …}; standard output is a list of what is wrong with each.
#
# A schema is one of check-jsonschema, a version of Kubernetes, or an event that the value, a pattern
# of EventBridge, must match.
import json
import sys
from importlib.resources import files

import jsonschema
import kubernetes_validate
from moto.events.models import EventPattern


def texts(value):
    """What Azure reads: it has texts where YAML has booleans, but for the inputs of tasks."""
    if isinstance(value, dict):
        return {k: v if k == "inputs" else texts(v) for k, v in value.items()}
    if isinstance(value, list):
        return [texts(v) for v in value]
    return json.dumps(value) if isinstance(value, bool) else value


def problem(schema, value):
    if isinstance(schema, dict):
        matches = EventPattern.load(json.dumps(value)).matches_event(schema)
        return "" if matches else "the pattern does not match"
    if schema.startswith("1."):
        try:
            kubernetes_validate.validate(value, schema, strict=True)
        except Exception as e:
            return str(e)
        return ""
    if schema == "azure-pipelines":
        value = texts(value)
    text = (files("check_jsonschema") / "builtin_schemas/vendor" / (schema + ".json")).read_text()
    validator = jsonschema.Draft7Validator(json.loads(text))
    return "; ".join(e.message for e in validator.iter_errors(value))


json.dump([problem(d["schema"], d["value"]) for d in json.load(sys.stdin)], sys.stdout)
