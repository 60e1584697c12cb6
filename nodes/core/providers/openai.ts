import { imagesApiCall, imagesApiFields, parseImages } from './openai-compatible';
import { ANY_PIXELS, passthroughEntry } from './passthrough';
import type { Provider } from './provider';
import { errorFromStatus } from './reply';

const NAME = 'OpenAI';

/** OpenAI's own Images API (OpenAI API reference, 2026-08): answers at once, with base64 and token counts. */
export const openai: Provider = {
	id: 'openai',
	displayName: NAME,
	credentialType: 'openAiImagesApi',
	billing: {
		failuresAreFree: false,
		source: 'OpenAI does not document whether a request that ends in a 5xx is charged',
	},
	passthrough: (model) =>
		passthroughEntry(model, { provider: 'openai', route: 'images', sizing: ANY_PIXELS, imagesPerRequest: 10, accepts: 'file' }),
	submit: (planned, count, images, mask) => imagesApiCall(planned, imagesApiFields(planned, count), images, mask),
	parseSubmit: (reply) => parseImages(NAME, reply),
	classify: (reply) => errorFromStatus(NAME, reply),
};
