// Object headers: the messages that make an object a group or a dataset. Two forms, and blocks that continue them.
//
//   version 1: u8 1, u8, u16 messages, u32 references, u32 bytes, pad to 8; message: u16 type, u16 bytes, u8 flags, 3, data
//   version 2: OHDR, u8 2, u8 flags, [times 16], [limits 4], 1 to 8 bytes of size; message: u8 type, u16 bytes, u8 flags,
//              [u16 order], data; checksum at the end. Continuations begin with OCHK and end with a checksum.
import { Cursor } from './cursor.ts';
import { damaged, refused } from './damage.ts';
import { expectSignature, type Hdf5File, readAddress, readLength } from './hdf5-file.ts';

export const MESSAGE = {
  dataspace: 1,
  linkInfo: 2,
  datatype: 3,
  link: 6,
  layout: 8,
  filters: 11,
  continuation: 16,
  symbolTable: 17,
} as const;

export interface Message {
  readonly type: number;
  readonly at: number;
  readonly end: number;
  /** What follows is a reference to a message that stands elsewhere. */
  readonly shared: boolean;
}

const MOST_BLOCKS = 1000;
const MOST_MESSAGES = 100_000;

interface Block {
  readonly at: number;
  readonly end: number;
}

export function readMessages(file: Hdf5File, at: number): Message[] {
  const cursor = new Cursor(file.source, { at: Math.min(at, file.source.size) });
  const first = cursor.u8();
  if (first === 1) return collect(file, startOld(cursor), (block, add) => readOldBlock(file, block, add));
  if (first !== 0x4f) throw damaged(at, 'no object header stands here');
  cursor.seek(at);
  const { block, ordered } = startNew(cursor);
  return collect(file, block, (next, add) => readNewBlock(file, next, ordered, next !== block, add));
}

type Add = (message: Message) => void;

/** Goes through the first block and those that continue it. */
function collect(file: Hdf5File, first: Block, read: (block: Block, add: Add) => void): Message[] {
  const blocks = [first];
  const messages: Message[] = [];
  for (let i = 0; i < blocks.length; i++) {
    if (i > MOST_BLOCKS) throw refused(first.at, 'an object header that continues without end');
    read(blocks[i]!, (message) => {
      if (messages.length > MOST_MESSAGES)
        throw refused(message.at, `more than ${MOST_MESSAGES} messages in one object`);
      if (message.type === MESSAGE.continuation) blocks.push(readContinuation(file, message));
      else messages.push(message);
    });
  }
  return messages;
}

function readContinuation(file: Hdf5File, message: Message): Block {
  const cursor = new Cursor(file.source, { at: message.at, end: message.end });
  const at = readAddress(file, cursor);
  const length = readLength(file, cursor);
  if (at === undefined || at + length > file.source.size)
    throw damaged(message.at, 'an object goes on outside of the file');
  return { at, end: at + length };
}

function startOld(cursor: Cursor): Block {
  cursor.skip(7);
  const length = cursor.u32();
  cursor.skip(4);
  cursor.require(length);
  return { at: cursor.at, end: cursor.at + length };
}

function readOldBlock(file: Hdf5File, block: Block, add: Add): void {
  const cursor = new Cursor(file.source, block);
  while (cursor.left >= 8) {
    const type = cursor.u16();
    const length = cursor.u16();
    const flags = cursor.u8();
    cursor.skip(3);
    cursor.require(length);
    add({ type, at: cursor.at, end: cursor.at + length, shared: (flags & 2) !== 0 });
    cursor.skip(length);
  }
}

function startNew(cursor: Cursor): { readonly block: Block; readonly ordered: boolean } {
  expectSignature(cursor, 'OHDR');
  cursor.skip(1);
  const flags = cursor.u8();
  if (flags & 0x20) cursor.skip(16);
  if (flags & 0x10) cursor.skip(4);
  const length = cursor.uint(1 << (flags & 3));
  cursor.require(length);
  return { block: { at: cursor.at, end: cursor.at + length }, ordered: (flags & 4) !== 0 };
}

const CHECKSUM = 4;

function readNewBlock(file: Hdf5File, block: Block, ordered: boolean, continues: boolean, add: Add): void {
  if (continues && block.end - block.at < CHECKSUM)
    throw damaged(block.at, 'a block of messages has no room for its checksum');
  const cursor = new Cursor(file.source, { at: block.at, end: block.end - (continues ? CHECKSUM : 0) });
  if (continues) expectSignature(cursor, 'OCHK');
  const head = ordered ? 6 : 4;
  while (cursor.left >= head) {
    const type = cursor.u8();
    const length = cursor.u16();
    const flags = cursor.u8();
    if (ordered) cursor.skip(2);
    cursor.require(length);
    add({ type, at: cursor.at, end: cursor.at + length, shared: (flags & 2) !== 0 });
    cursor.skip(length);
  }
}
