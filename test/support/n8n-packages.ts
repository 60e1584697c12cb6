import { createRequire } from 'node:module';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

import type { INodeType } from 'n8n-workflow';

import { ROOT } from '../../scripts/package';

interface Manifest {
	name: string;
	version: string;
	author: { name: string; email: string };
	n8n: { nodes: string[] };
}

/**
 * Enters this package in n8n's own table of community packages, as its installer does, so that the editor's settings
 * list it. The tables are there once any n8n command has run on the folder.
 */
export function registerPackage(n8nFolder: string): void {
	const load = createRequire(join(ROOT, 'package.json'));
	const { name, version, author, n8n } = load('./package.json') as Manifest;
	const db = new DatabaseSync(join(n8nFolder, 'database.sqlite'));
	try {
		db.exec('PRAGMA foreign_keys = ON');
		db.prepare('DELETE FROM installed_packages WHERE packageName = ?').run(name);
		db.prepare('INSERT INTO installed_packages (packageName, installedVersion, authorName, authorEmail) VALUES (?, ?, ?, ?)').run(
			name,
			version,
			author.name,
			author.email,
		);
		const insert = db.prepare('INSERT INTO installed_nodes (name, type, latestVersion, package) VALUES (?, ?, ?, ?)');
		for (const path of n8n.nodes) {
			for (const Node of Object.values(load(`./${path}`) as Record<string, new () => INodeType>)) {
				const { description } = new Node();
				insert.run(description.displayName, `${name}.${description.name}`, Number(description.version), name);
			}
		}
	} finally {
		db.close();
	}
}
