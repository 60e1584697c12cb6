/** The base URL without the `/` or `/v1` that people paste behind it, as the nodes read it too. */
export const BASE_URL = '={{ $credentials.baseUrl.trim().replace(/\\/*(\\/v1)?\\/*$/, "") }}';
