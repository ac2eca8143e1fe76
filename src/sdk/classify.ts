// Classifies a picture with the generated TypeScript client: SERVER PICTURE.
import { readFile } from 'node:fs/promises';
import { ClassificationApi, Configuration, ResponseError, type Problem } from 'xception-client';

async function main(server: string, picture: string): Promise<void> {
  const api = new ClassificationApi(new Configuration({ basePath: server }));
  try {
    const answer = await api.classify({ file: new Blob([await readFile(picture)]), top: 3 });
    console.log(`model ${answer.model.name}, weights ${answer.model.weights}`);
    answer.predictions.forEach((each) => console.log(each.label, each.probability));
  } catch (error) {
    if (!(error instanceof ResponseError)) throw error;
    const problem = (await error.response.json()) as Problem;
    console.log(`problem ${problem.status} ${problem.type}: ${problem.detail}`);
  }
}

main(process.argv[2], process.argv[3]);
