/** An error in the words of a provider: thrown by handlers, sent as it is. */
export class ApiError extends Error {
	constructor(
		readonly status: number,
		readonly body: unknown,
		readonly headers: Readonly<Record<string, string>> = {},
	) {
		super(`HTTP ${status}`);
	}
}

/** What a handler answers. */
export interface ApiReply {
	status?: number;
	body: unknown;
}

/** How a provider words its errors. */
export interface ErrorStyle {
	/** `param` is the field at fault, `code` OpenAI's word for what is wrong with it. */
	badRequest(message: string, param?: string, code?: 'invalid_value' | 'unknown_parameter' | 'missing_required_parameter' | 'duplicate_parameter'): ApiError;
	unauthorized(): ApiError;
	insufficientFunds(): ApiError;
	rateLimited(headers: Record<string, string>): ApiError;
	/** With `status`, the form of an older or newer document. */
	moderated(status?: number): ApiError;
	notFound(message: string): ApiError;
	/** Any other status. */
	failure(status: number): ApiError;
}

/** OpenAI's error body, which APIYI passes on and most gateways imitate. */
export function openAiError(status: number, message: string, type: string, code: string | null = null, param: string | null = null): ApiError {
	return new ApiError(status, { error: { message, type, param, code } });
}
