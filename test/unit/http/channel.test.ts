import { Channel } from '../../../nodes/core/http/channel';

const CHUNK = Uint8Array.of(1, 2, 3);

describe('a channel', () => {
	it('lets the writer go when the reader leaves', async () => {
		const channel = new Channel();
		const iterator = channel[Symbol.asyncIterator]();
		const first = channel.write(CHUNK);
		expect(await iterator.next()).toEqual({ done: false, value: CHUNK });
		await iterator.return?.();
		await first;
		expect(await channel.write(CHUNK)).toBeUndefined();
	});
});
