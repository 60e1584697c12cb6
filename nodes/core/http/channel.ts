/**
 * Hands chunks from one that pushes to one that pulls, one at a time: `write` resolves when the chunk
 * was taken, so a slow reader slows the writer and nothing piles up.
 */
export class Channel implements AsyncIterable<Uint8Array> {
	private readonly iterator: AsyncGenerator<Uint8Array>;

	private offered: Uint8Array | null = null;

	private ended = false;

	private failure: Error | null = null;

	private readerGone = false;

	private wakeReader: () => void = () => {};

	private wakeWriter: () => void = () => {};

	constructor() {
		this.iterator = this.read();
	}

	/** Resolves once the chunk was taken, or the reader is gone. */
	async write(chunk: Uint8Array): Promise<void> {
		if (this.readerGone) return;
		this.offered = chunk;
		this.wakeReader();
		await new Promise<void>((resolve) => {
			this.wakeWriter = resolve;
		});
	}

	end(): void {
		this.ended = true;
		this.wakeReader();
	}

	/** The reader gets this error instead of an end. */
	fail(error: Error): void {
		this.failure = error;
		this.end();
	}

	/** Tells the writer that nobody reads any more. */
	abandon(): void {
		this.readerGone = true;
		this.wakeWriter();
	}

	[Symbol.asyncIterator](): AsyncIterator<Uint8Array> {
		return this.iterator;
	}

	private async *read(): AsyncGenerator<Uint8Array> {
		try {
			for (;;) {
				if (this.offered) {
					const chunk = this.offered;
					this.offered = null;
					yield chunk;
					this.wakeWriter();
				} else if (this.failure) {
					throw this.failure;
				} else if (this.ended) {
					return;
				} else {
					await new Promise<void>((resolve) => {
						this.wakeReader = resolve;
					});
				}
			}
		} finally {
			this.abandon();
		}
	}
}
