import { estimateTextTokens, outputImageTokens, type PricedQuality } from '../../../nodes/core/pricing/tokens';

describe('output tokens of gpt-image-2', () => {
	// OpenAI's calculator (developer forum, 2026-06-05), per size: low, medium, high.
	test.each([
		[1024, 1024, 196, 1756, 7024],
		[1024, 1536, 158, 1372, 5488],
		[1536, 1024, 158, 1372, 5488],
		[2048, 2048, 397, 3568, 14_272],
		[2048, 1152, 157, 1413, 5650],
		[2560, 1440, 205, 1843, 7370],
		[3840, 2160, 371, 3336, 13_342],
		[2880, 2880, 659, 5930, 23_719],
	])('%ix%i: %i, %i and %i', (width, height, low, medium, high) => {
		const tokens = (quality: PricedQuality) => outputImageTokens(quality, { width, height });
		expect([tokens('low'), tokens('medium'), tokens('high')]).toEqual([low, medium, high]);
	});

	test.each([
		[1792, 1024, 5063],
		[3584, 2048, 12_329],
	])('%ix%i in high quality: %i, as others read off the calculator', (width, height, tokens) => {
		expect(outputImageTokens('high', { width, height })).toBe(tokens);
	});
});

describe('text tokens', () => {
	// Counted with a tokenizer for o200k_base; six tokens surround each prompt.
	test.each([
		['English', 'A small blue glass sphere on a clean white desk, minimal product photo, soft daylight', 17],
		['English', 'Keep the product shape, change the background to a bright studio scene', 13],
		['Russian', 'Премиальный продуктовый постер с мягким студийным светом, чистым фоном, четкими деталями объекта и рекламным стилем.', 33],
		['Chinese', '一张高端产品海报,柔和的摄影棚灯光,干净的背景,清晰的物体细节,广告风格,标题写着“夏季促销”。', 42],
		['Japanese', '柔らかいスタジオライトときれいな背景のプレミアム商品ポスター。夏のセールという見出しを大きく入れてください。', 39],
		['German', 'Ein hochwertiges Produktplakat mit weichem Studiolicht, sauberem Hintergrund, klaren Objektdetails und werblichem Stil; Überschrift „Größte Auswahl für Gärten und Straßenfeste“.', 45],
		['Arabic', 'ملصق منتج فاخر بإضاءة استوديو ناعمة وخلفية نظيفة وتفاصيل واضحة للكائن وأسلوب إعلاني', 33],
		['Hindi', 'नरम स्टूडियो प्रकाश, साफ पृष्ठभूमि और स्पष्ट विवरण के साथ एक प्रीमियम उत्पाद पोस्टर', 26],
		['Korean', '부드러운 스튜디오 조명과 깨끗한 배경, 선명한 디테일이 있는 프리미엄 제품 포스터', 31],
		['emoji', '🎉🎉 party poster 👩‍👩‍👧‍👦 with 🍕 and 🏳️‍🌈', 28],
	])('%s: at most 8 %% too low and 40 %% too high', (_language, prompt, counted) => {
		const estimated = estimateTextTokens(prompt) - 6;
		expect(estimated).toBeGreaterThanOrEqual(counted * 0.92);
		expect(estimated).toBeLessThanOrEqual(counted * 1.4);
	});
});
