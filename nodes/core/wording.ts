/** "a", "a and b", "a, b and c", for messages that name what is allowed. */
export function list(values: readonly (string | number)[]): string {
	if (values.length < 2) return values.join('');
	return `${values.slice(0, -1).join(', ')} and ${String(values.at(-1))}`;
}

/** "1 image", "3 images". */
export function plural(count: number, noun: string): string {
	return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
