import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { once } from '../../../src/once.ts';
import { fileOf, type WebFile } from './file.ts';

const START = `SwaggerUIBundle({ url: '/openapi.json', dom_id: '#swagger-ui', validatorUrl: null });\n`;

const ofSwagger = (name: string, type: string) =>
  once(async () => {
    const path = createRequire(import.meta.url).resolve(`swagger-ui-dist/${name}`);
    return fileOf(type, await readFile(path, 'utf8'));
  });

/** Files of the documentation of the API, which Swagger UI draws in a browser. */
const FILES = new Map<string, () => Promise<WebFile>>([
  ['swagger-ui.css', ofSwagger('swagger-ui.css', 'text/css')],
  ['swagger-ui-bundle.js', ofSwagger('swagger-ui-bundle.js', 'text/javascript')],
  ['start.js', once(() => fileOf('text/javascript', START))],
]);

/** Undefined for another name. */
export const docsFile = async (name: string): Promise<WebFile | undefined> => FILES.get(name)?.();
