import type { Transport, TransportRequest, TransportResponse } from '../../nodes/core/ports';

/** A PNG of one pixel. */
export const PNG = Buffer.from(
	'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==',
	'base64',
);

export interface ScriptedReply {
	status?: number;
	json?: unknown;
	bytes?: Buffer;
	/** Instead of a type and a request id that counts. */
	headers?: Readonly<Record<string, string>>;
	/** The body breaks off with it. */
	breaks?: Error;
}

async function* bodyOf({ json, bytes, breaks }: ScriptedReply): AsyncGenerator<Uint8Array> {
	if (breaks) throw breaks;
	yield bytes ?? Buffer.from(JSON.stringify(json));
}

/** Stands in for the network: answers each request as the test says, and keeps what was sent. */
export class ScriptedTransport implements Transport {
	readonly sent: TransportRequest[] = [];

	constructor(private readonly answer: (request: TransportRequest) => ScriptedReply) {}

	async send(request: TransportRequest): Promise<TransportResponse> {
		this.sent.push(request);
		const reply = this.answer(request);
		return {
			status: reply.status ?? 200,
			headers: reply.headers ?? {
				'content-type': reply.bytes ? 'image/png' : 'application/json',
				'x-request-id': `req-${this.sent.length}`,
			},
			body: bodyOf(reply),
		};
	}
}
