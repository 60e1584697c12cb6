/** Real time between two steps of the fast one, milliseconds. */
const STEP_MS = 5;

/**
 * Makes timers and the date of this process run `factor` times as fast until the returned function is called:
 * for code that brings its own clock, beside real sockets. Nothing else is faked.
 */
export function speedUpTime(factor: number): () => void {
	jest.useFakeTimers({
		doNotFake: [
			'hrtime', 'nextTick', 'performance', 'queueMicrotask', 'requestAnimationFrame', 'cancelAnimationFrame', 'requestIdleCallback',
			'cancelIdleCallback', 'setImmediate', 'clearImmediate', 'setInterval', 'clearInterval',
		],
	});
	const ticking = setInterval(() => jest.advanceTimersByTime(STEP_MS * factor), STEP_MS);
	return () => {
		clearInterval(ticking);
		jest.useRealTimers();
	};
}
