import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

import { EditImage } from '../../nodes/EditImage/EditImage.node';
import { EstimateCost } from '../../nodes/EstimateCost/EstimateCost.node';
import { GenerateImage } from '../../nodes/GenerateImage/GenerateImage.node';
import { PollTask } from '../../nodes/PollTask/PollTask.node';

const NODES = [GenerateImage, EditImage, PollTask, EstimateCost];

interface Manifest {
	name: string;
	version: string;
	author: { name: string; email: string };
}

/**
 * Enters an installed package in n8n's own table of community packages, as its installer does, so that the editor's
 * settings list it. The tables are there once any n8n command has run on the folder.
 */
export function registerPackage(n8nFolder: string, name: string): void {
	const database = join(n8nFolder, 'database.sqlite');
	if (!existsSync(database)) return;
	const manifest = JSON.parse(readFileSync(join(n8nFolder, 'nodes', 'node_modules', name, 'package.json'), 'utf8')) as Manifest;
	const db = new DatabaseSync(database);
	try {
		db.exec('PRAGMA foreign_keys = ON');
		db.prepare('DELETE FROM installed_packages WHERE packageName = ?').run(name);
		db.prepare('INSERT INTO installed_packages (packageName, installedVersion, authorName, authorEmail) VALUES (?, ?, ?, ?)').run(
			name,
			manifest.version,
			manifest.author.name,
			manifest.author.email,
		);
		const insert = db.prepare('INSERT INTO installed_nodes (name, type, latestVersion, package) VALUES (?, ?, ?, ?)');
		for (const Node of NODES) {
			const { displayName, name: type, version } = new Node().description;
			insert.run(displayName, `${name}.${type}`, Number(version), name);
		}
	} finally {
		db.close();
	}
}
