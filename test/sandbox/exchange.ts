import type { FaultPoint, FaultScript } from './faults';
import type { ErrorStyle, ApiReply } from './reply';
import type { State } from './state';
import type { ProviderId } from './types';

/** A file of a multipart form. */
export interface UploadedFile {
	field: string;
	filename: string;
	contentType: string;
	bytes: Buffer;
}

/** One request as a provider's handler sees it. */
export interface Exchange {
	state: State;
	provider: ProviderId;
	headers: Readonly<Record<string, string | string[] | undefined>>;
	params: Readonly<Record<string, string>>;
	contentType: 'json' | 'multipart' | 'none';
	/** JSON body, or the text fields of a form (repeated ones as lists). */
	fields: Record<string, unknown>;
	files: UploadedFile[];
	/** The scripted fault, for those that only the handler can play. */
	fault: FaultScript | null;
}

export interface Route {
	method: 'GET' | 'POST' | 'PUT';
	/** Below the provider's base URL, with `:params`. */
	path: string;
	/** Where faults may strike; null for what the nodes never call under a fault. */
	point: FaultPoint | null;
	/** Whether the caller must know the API key. Default true. */
	open?: boolean;
	handle(exchange: Exchange): Promise<ApiReply> | ApiReply;
}

export interface ProviderDouble {
	id: ProviderId;
	errors: ErrorStyle;
	routes: Route[];
}
