import { RequestQueue, type Priority } from '../../../nodes/core/http/request-queue';
import { settle, VirtualClock } from '../../support/virtual-clock';

const never = new AbortController().signal;

/** Work that ends when told to. */
function job() {
	let finish = () => {};
	const done = new Promise<void>((resolve) => {
		finish = resolve;
	});
	return { finish, done };
}

function setUp(limit: number) {
	const clock = new VirtualClock();
	const queue = new RequestQueue(limit, clock);
	const started: string[] = [];
	const add = (name: string, priority: Priority = 'submit', lane = 'a', signal = never) => {
		const { finish, done } = job();
		const result = queue.run(priority, lane, signal, async () => {
			started.push(name);
			await done;
			return name;
		});
		result.catch(() => {});
		return { finish, result };
	};
	return { clock, queue, started, add };
}

describe('the request queue', () => {
	it('runs no more than its limit at once, in the order of arrival', async () => {
		const { started, add } = setUp(2);
		const first = add('1');
		add('2');
		add('3');
		add('4');
		await settle();
		expect(started).toEqual(['1', '2']);
		first.finish();
		await settle();
		expect(started).toEqual(['1', '2', '3']);
		expect(await first.result).toBe('1');
	});

	it('lets downloads go before new work, and new work before looks at old', async () => {
		const { started, add } = setUp(1);
		const running = add('running');
		await settle();
		const waiting = [add('look', 'status'), add('new', 'submit'), add('image', 'download')];
		running.finish();
		for (const one of [...waiting].reverse()) {
			await settle();
			one.finish();
		}
		await settle();
		expect(started).toEqual(['running', 'image', 'new', 'look']);
	});

	it('frees the slot of work that fails', async () => {
		const { queue, started, add } = setUp(1);
		await expect(queue.run('submit', 'a', never, async () => await Promise.reject(new Error('broken')))).rejects.toThrow('broken');
		add('next');
		await settle();
		expect(started).toEqual(['next']);
	});

	it('never starts work whose signal aborts while it waits', async () => {
		const { started, add } = setUp(1);
		const running = add('running');
		const cancel = new AbortController();
		const waiting = add('waiting', 'submit', 'a', cancel.signal);
		const after = add('after');
		await settle();
		cancel.abort();
		await expect(waiting.result).rejects.toThrow('aborted');
		running.finish();
		await settle();
		expect(started).toEqual(['running', 'after']);
		after.finish();
	});

	it('never starts work whose signal had aborted before it came', async () => {
		const { started, add } = setUp(1);
		await expect(add('late', 'submit', 'a', AbortSignal.abort()).result).rejects.toThrow('aborted');
		expect(started).toEqual([]);
	});

	it('never starts work whose signal aborts during a pause', async () => {
		const { queue, started, add } = setUp(1);
		queue.slowDown('a', 5_000);
		const cancel = new AbortController();
		const waiting = add('waiting', 'submit', 'a', cancel.signal);
		await settle();
		cancel.abort();
		await expect(waiting.result).rejects.toThrow('aborted');
		expect(started).toEqual([]);
	});

	it('keeps everybody else in the queue when work that runs is aborted', async () => {
		const { started, add } = setUp(1);
		const running = add('running');
		const cancel = new AbortController();
		const second = add('second', 'submit', 'a', cancel.signal);
		await settle();
		running.finish();
		await settle();
		add('third');
		await settle();
		cancel.abort();
		second.finish();
		await settle();
		expect(started).toEqual(['running', 'second', 'third']);
	});

	it('holds work that waited for a slot when the pause came, and lets others have the slot', async () => {
		const { clock, queue, started, add } = setUp(1);
		const running = add('running');
		add('held', 'submit', 'a');
		await settle();
		queue.slowDown('a', 5_000);
		running.finish();
		await settle();
		expect(started).toEqual(['running']);
		add('other', 'submit', 'b').finish();
		await settle();
		expect(started).toEqual(['running', 'other']);
		await clock.advance(5_000);
		expect(started).toEqual(['running', 'other', 'held']);
	});

	it('never runs more than its limit, however well it goes', async () => {
		const { queue, started, add } = setUp(2);
		for (let count = 0; count < 9; count += 1) queue.succeeded();
		['1', '2', '3'].forEach((name) => add(name));
		await settle();
		expect(started).toEqual(['1', '2']);
	});

	it('holds everything to a provider that asks for a pause, and nothing to another', async () => {
		const { clock, queue, started, add } = setUp(4);
		queue.slowDown('a', 5_000);
		add('a1', 'submit', 'a');
		add('b1', 'submit', 'b').finish();
		await settle();
		expect(started).toEqual(['b1']);
		await clock.advance(4_999);
		expect(started).toEqual(['b1']);
		await clock.advance(1);
		expect(started).toEqual(['b1', 'a1']);
	});

	it('runs half as many after a pause, and all again when it has gone well', async () => {
		const { clock, queue, started, add } = setUp(4);
		queue.slowDown('a', 1_000);
		await clock.advance(1_000);
		const jobs = ['1', '2', '3', '4', '5'].map((name) => add(name));
		await settle();
		expect(started).toEqual(['1', '2']);
		queue.succeeded();
		queue.succeeded();
		await settle();
		expect(started).toEqual(['1', '2', '3']);
		for (let count = 0; count < 3; count += 1) queue.succeeded();
		await settle();
		expect(started).toEqual(['1', '2', '3', '4']);
		jobs.forEach((one) => one.finish());
	});

	it('keeps one slot open however often it is slowed down', async () => {
		const { clock, queue, started, add } = setUp(2);
		for (let count = 0; count < 5; count += 1) queue.slowDown('a', 100);
		await clock.advance(100);
		add('only');
		await settle();
		expect(started).toEqual(['only']);
	});
});
