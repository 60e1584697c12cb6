import fc from 'fast-check';

import { fileStem } from '../../../nodes/core/images/deliver';

it.each([
	[['gpt-image-2', '3f9a'], 'gpt-image-2-3f9a'],
	[['openai/gpt-image-2', '3f9a'], 'openai-gpt-image-2-3f9a'],
	[['../../etc/passwd', 'x'], 'etc-passwd-x'],
	[['..\\..\\windows\\system32', 'x'], 'windows-system32-x'],
	[['C:\\model', 'x'], 'C-model-x'],
	[['.hidden', 'x'], 'hidden-x'],
	[['a\0b\r\nc', 'x'], 'a-b-c-x'],
	[['"; filename="evil', 'x'], 'filename-evil-x'],
	[['模型', 'x'], 'x'],
])('%j is kept as %s', (parts, stem) => {
	expect(fileStem(...parts)).toBe(stem);
});

it('is a plain name of at most 100 characters, whatever a model or a task is called', () => {
	fc.assert(
		fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (model) => {
			expect(fileStem(model, 'fingerprint')).toMatch(/^[A-Za-z0-9_][\w.-]{0,99}$/);
		}),
	);
});
