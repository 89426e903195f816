# Runs commands of the AWS CLI without asking AWS, in one process. Each line of standard input is a
# list of arguments; each line of standard output is the exit code that they have.
import contextlib
import json
import sys

from awscli.clidriver import create_clidriver

for line in sys.stdin:
    # The answer is a skeleton; what matters is that the arguments are held to the model of the API.
    with contextlib.redirect_stdout(sys.stderr):
        code = create_clidriver().main(json.loads(line) + ["--generate-cli-skeleton", "output"])
    print(code, flush=True)
