"""Classifies a picture with the generated Python client: SERVER PICTURE."""

import json
import sys

from xception_client import ApiClient, ApiException, ClassificationApi, Configuration

server, picture = sys.argv[1:]
api = ClassificationApi(ApiClient(Configuration(host=server)))
try:
    with open(picture, "rb") as file:
        answer = api.classify(file=file.read(), top=3)
    print(f"model {answer.model.name}, weights {answer.model.weights}")
    for each in answer.predictions:
        print(each.label, each.probability)
except ApiException as error:
    problem = json.loads(error.body)
    print(f"problem {problem['status']} {problem['type']}: {problem['detail']}")
