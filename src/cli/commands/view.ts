// `highwater view`: the report in the browser, from a page that this process serves on the loopback address only.
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { resolve } from 'node:path';
import { renderPage } from '../presentation.ts';
import { findPrevious } from '../previous.ts';
import { complain, remark } from '../say.ts';
import { openInput } from './report.ts';

export interface ViewOptions {
  readonly port: number;
  readonly open: boolean;
}

/** Serves until it is interrupted. */
export async function view(input: string, options: ViewOptions): Promise<number> {
  const opened = openInput(input);
  if (!opened.ok) {
    complain(opened.error);
    return 3;
  }
  const { profile, packed } = opened.value;
  const previous = await findPrevious(resolve(input), profile, { lines: 0 });
  const page = await renderPage(profile, packed(), { lines: 0 }, previous);
  // The path is a secret: other users of this machine can reach the port, but not guess the page.
  const path = `/${randomBytes(16).toString('hex')}/`;
  const server = await serve(page, path, options.port);
  if (typeof server === 'string') {
    remark(`cannot serve on port ${options.port} (${server}).\n  Try: highwater view --port 0 ${input}`);
    return 3;
  }
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`;
  remark(`${url}\n  Ctrl-C ends it. From another machine: ssh -L ${url.split(':')[2]!.split('/')[0]}:127.0.0.1:...`);
  if (options.open) openBrowser(url);
  await new Promise<void>((resolve) => process.once('SIGINT', resolve).once('SIGTERM', resolve));
  server.close();
  server.closeAllConnections();
  return 0;
}

function serve(page: string, path: string, port: number): Promise<Server | string> {
  return new Promise((resolve) => {
    const server = createServer((request, response) => {
      if (request.method !== 'GET' || request.url !== path) {
        response.writeHead(404).end();
        return;
      }
      response.writeHead(200, {
        'content-type': 'text/html; charset=utf-8',
        'cache-control': 'no-store',
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
      });
      response.end(page);
    });
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    server.listen(port, '127.0.0.1', () => resolve(server));
  });
}

function openBrowser(url: string): void {
  if (!process.env.DISPLAY && !process.env.WAYLAND_DISPLAY) return;
  const child = spawn('xdg-open', [url], { stdio: 'ignore', detached: true });
  child.once('error', () => {}); // the address is printed
  child.unref();
}
