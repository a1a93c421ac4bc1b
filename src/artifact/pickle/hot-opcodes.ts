// THE OPCODES THAT FILES CONSIST OF, executed where they stand: one loop, one switch, everything it needs in local variables,
// since a file of small objects has half a million of them in a megabyte. An opcode that is not all ordinary (out of the
// window, an entry that the memo has not got, a stack that is too short) is left to rare-opcodes.ts, which looks closely:
// nothing was changed for it, and the scanner stands on it.
//
// There is room for all that may come before `limit`: see PickleMachine.
import { LONGEST_HASHED_BYTES } from './contents.ts';
import { FLAG, KIND, MADE, SEGMENT } from './graph.ts';
import type { MachineState } from './machine-state.ts';
import { LONGEST_EXACT } from './number-reader.ts';
import { SHORTEST_RUN } from './runs.ts';
import { FALSE, immediate, NONE, TAG, TRUE } from './values.ts';

/** Executes opcodes up to index `limit` of the window. Long and flat, as hot loops are. */
export function runHotOpcodes(state: MachineState, limit: number): void {
  const { scanner, graph, stack, memo, numbers, texts, seen, emptyTuple } = state;
  const { window: bytes, end } = scanner;
  const { values, marks } = stack;
  const { kind, flags, aux, length, head, edges } = graph;
  const entries = memo.dense;
  const hasSplice = state.spliceGlobal >= 0;
  let { edgeCount, nodeCount } = graph;
  let { top, fence, markCount, deepest } = stack;
  let { filled, slots } = memo;
  let opcodes = 0;
  let position = scanner.index;
  loop: while (position < limit) {
    const op = bytes[position]!;
    let next = position + 1;
    switch (op) {
      case 0x94: // MEMOIZE
      case 0x71: // BINPUT
      case 0x72: {
        // LONG_BINPUT
        let index = filled;
        if (op === 0x71) index = bytes[next++]!;
        else if (op === 0x72) {
          index = (bytes[next]! | (bytes[next + 1]! << 8) | (bytes[next + 2]! << 16) | (bytes[next + 3]! << 24)) >>> 0;
          next += 4;
        }
        if (top <= fence || index >= entries.length) break loop;
        if (entries[index] === 0) {
          if (!memo.isDense) break loop;
          filled++;
        }
        let value = values[top - 1]!;
        if (value < 0) {
          kind[nodeCount] = KIND.atom;
          aux[nodeCount] = value;
          value = nodeCount++;
          values[top - 1] = value;
        }
        flags[value]! |= FLAG.memoized;
        entries[index] = value + 1;
        if (index >= slots) slots = index * 2;
        break;
      }
      case 0x68: // BINGET
      case 0x6a: {
        // LONG_BINGET
        let index = bytes[next++]!;
        if (op === 0x6a) {
          index = (index | (bytes[next]! << 8) | (bytes[next + 1]! << 16) | (bytes[next + 2]! << 24)) >>> 0;
          next += 3;
        }
        const entry = index < entries.length ? entries[index]! : 0;
        if (entry === 0) break loop;
        flags[entry - 1]! |= FLAG.fetched;
        values[top++] = entry - 1;
        break;
      }
      case 0x4b: // BININT1
        values[top++] = immediate(TAG.natural, bytes[next]!);
        next += 1;
        break;
      case 0x4d: // BININT2
        values[top++] = immediate(TAG.natural, bytes[next]! | (bytes[next + 1]! << 8));
        next += 2;
        break;
      case 0x4a: // BININT
        values[top++] = numbers.integer(
          bytes[next]! | (bytes[next + 1]! << 8) | (bytes[next + 2]! << 16) | (bytes[next + 3]! << 24),
        );
        next += 4;
        break;
      case 0x8a: {
        // LONG1
        const size = bytes[next++]!;
        if (size > LONGEST_EXACT || next + size > end) break loop;
        values[top++] = numbers.longOf(bytes, next, size);
        next += size;
        break;
      }
      case 0x4e: // NONE
        values[top++] = NONE;
        break;
      case 0x88: // NEWTRUE
        values[top++] = TRUE;
        break;
      case 0x89: // NEWFALSE
        values[top++] = FALSE;
        break;
      case 0x47: // BINFLOAT
        values[top++] = numbers.float(bytes, next);
        next += 8;
        break;
      case 0x8c: // SHORT_BINUNICODE
      case 0x58: {
        // BINUNICODE
        let size = bytes[next++]!;
        if (op === 0x58) {
          size = (size | (bytes[next]! << 8) | (bytes[next + 1]! << 16) | (bytes[next + 2]! << 24)) >>> 0;
          next += 3;
        }
        if (size === 0 || next + size > end) break loop;
        kind[nodeCount] = KIND.string;
        aux[nodeCount] = texts.contentOf(next, size);
        flags[nodeCount] = texts.width << FLAG.widthShift;
        length[nodeCount] = texts.characters;
        values[top++] = nodeCount++;
        next += size;
        break;
      }
      case 0x43: // SHORT_BINBYTES
      case 0x42: {
        // BINBYTES
        let size = bytes[next++]!;
        if (op === 0x42) {
          size = (size | (bytes[next]! << 8) | (bytes[next + 1]! << 16) | (bytes[next + 2]! << 24)) >>> 0;
          next += 3;
        }
        if (size > LONGEST_HASHED_BYTES || next + size > end) break loop;
        kind[nodeCount] = KIND.bytes;
        aux[nodeCount] = texts.bytesContentOf(next, size);
        values[top++] = nodeCount++;
        next += size;
        break;
      }
      case 0x28: // MARK
        marks[markCount++] = top;
        fence = top;
        break;
      case 0x29: // EMPTY_TUPLE
        if (emptyTuple < 0) break loop;
        values[top++] = emptyTuple;
        break;
      case 0x5d: // EMPTY_LIST
        kind[nodeCount] = KIND.list;
        values[top++] = nodeCount++;
        break;
      case 0x7d: // EMPTY_DICT
        kind[nodeCount] = KIND.dict;
        flags[nodeCount] = FLAG.stringKeys;
        values[top++] = nodeCount++;
        break;
      case 0x8f: // EMPTY_SET
        kind[nodeCount] = KIND.set;
        values[top++] = nodeCount++;
        break;
      case 0x85: // TUPLE1
      case 0x86: // TUPLE2
      case 0x87: {
        // TUPLE3
        const count = op - 0x84;
        top -= count;
        if (top < fence) {
          top += count;
          break loop;
        }
        kind[nodeCount] = KIND.tuple;
        length[nodeCount] = count;
        head[nodeCount] = edgeCount;
        edges[edgeCount] = (count << 3) | SEGMENT.items;
        edges[edgeCount + 1] = 0;
        edges[edgeCount + 2] = values[top]!;
        if (count > 1) edges[edgeCount + 3] = values[top + 1]!;
        if (count > 2) edges[edgeCount + 4] = values[top + 2]!;
        edgeCount += 2 + count;
        values[top++] = nodeCount++;
        break;
      }
      case 0x74: {
        // TUPLE
        if (markCount === 0) break loop;
        const at = marks[markCount - 1]!;
        if (at === top) break loop;
        markCount--;
        fence = markCount === 0 ? 0 : marks[markCount - 1]!;
        if (top > deepest) deepest = top;
        kind[nodeCount] = KIND.tuple;
        length[nodeCount] = top - at;
        graph.edgeCount = edgeCount;
        graph.addSegment(nodeCount, SEGMENT.items, values, at, top);
        edgeCount = graph.edgeCount;
        top = at;
        values[top++] = nodeCount++;
        break;
      }
      case 0x61: {
        // APPEND
        const node = top - 1 > fence ? values[top - 2]! : -1;
        if (node < 0) break loop;
        edges[edgeCount] = (1 << 3) | SEGMENT.items;
        edges[edgeCount + 1] = head[node]!;
        edges[edgeCount + 2] = values[--top]!;
        head[node] = edgeCount;
        edgeCount += 3;
        length[node]! += 1;
        break;
      }
      case 0x65: // APPENDS
      case 0x90: {
        // ADDITEMS
        if (markCount === 0) break loop;
        const at = marks[markCount - 1]!;
        const below = markCount === 1 ? 0 : marks[markCount - 2]!;
        const node = at > below ? values[at - 1]! : -1;
        if (node < 0) break loop;
        markCount--;
        fence = below;
        if (top > deepest) deepest = top;
        if (top > at) {
          graph.edgeCount = edgeCount;
          graph.addSegment(node, SEGMENT.items, values, at, top);
          edgeCount = graph.edgeCount;
          length[node]! += top - at;
          top = at;
        }
        break;
      }
      case 0x73: {
        // SETITEM
        const node = top - 2 > fence ? values[top - 3]! : -1;
        if (node < 0) break loop;
        top -= 2;
        const key = values[top]!;
        if (key < 0 || kind[key] !== KIND.string) flags[node]! &= ~FLAG.stringKeys;
        edges[edgeCount] = (2 << 3) | SEGMENT.pairs;
        edges[edgeCount + 1] = head[node]!;
        edges[edgeCount + 2] = key;
        edges[edgeCount + 3] = values[top + 1]!;
        head[node] = edgeCount;
        edgeCount += 4;
        length[node]! += 1;
        break;
      }
      case 0x75: {
        // SETITEMS
        if (markCount === 0) break loop;
        const at = marks[markCount - 1]!;
        const below = markCount === 1 ? 0 : marks[markCount - 2]!;
        const node = at > below ? values[at - 1]! : -1;
        const count = top - at;
        if (node < 0 || (count & 1) === 1) break loop;
        markCount--;
        fence = below;
        if (top > deepest) deepest = top;
        if (count === 0) break;
        for (let i = at; i < top; i += 2) {
          const key = values[i]!;
          if (key >= 0 && kind[key] === KIND.string) continue;
          flags[node]! &= ~FLAG.stringKeys;
          break;
        }
        if (count < SHORTEST_RUN) {
          edges[edgeCount] = (count << 3) | SEGMENT.pairs;
          edges[edgeCount + 1] = head[node]!;
          head[node] = edgeCount;
          edgeCount += 2;
          for (let i = at; i < top; i++) edges[edgeCount++] = values[i]!;
        } else {
          graph.edgeCount = edgeCount;
          graph.addSegment(node, SEGMENT.pairs, values, at, top);
          edgeCount = graph.edgeCount;
        }
        length[node]! += count >> 1;
        top = at;
        break;
      }
      case 0x62: {
        // BUILD
        const node = top - 1 > fence ? values[top - 2]! : -1;
        if (node < 0 || hasSplice) break loop;
        edges[edgeCount] = (2 << 3) | SEGMENT.state;
        edges[edgeCount + 1] = head[node]!;
        edges[edgeCount + 2] = values[--top]!;
        edges[edgeCount + 3] = nodeCount;
        head[node] = edgeCount;
        edgeCount += 4;
        break;
      }
      case 0x81: // NEWOBJ
      case 0x52: {
        // REDUCE
        const callable = top - 2 >= fence ? values[top - 2]! : -1;
        if (callable < 0) break loop;
        if (kind[callable] === KIND.global) flags[callable]! |= FLAG.called;
        kind[nodeCount] = KIND.object;
        flags[nodeCount] = ((op === 0x81 ? MADE.newobj : MADE.reduce) << FLAG.madeShift) | FLAG.stringKeys;
        aux[nodeCount] = callable;
        head[nodeCount] = edgeCount;
        edges[edgeCount] = (1 << 3) | SEGMENT.args;
        edges[edgeCount + 1] = 0;
        edges[edgeCount + 2] = values[--top]!;
        edgeCount += 3;
        values[top - 1] = nodeCount++;
        break;
      }
      case 0x30: // POP
        if (top <= fence) break loop;
        top--;
        break;
      // Only so that the cases lie dense enough for V8 to make a table of them: it takes three times as many numbers as cases.
      case 0x93: // STACK_GLOBAL
      case 0x63: // GLOBAL
      case 0x95: // FRAME
      case 0x2e: // STOP
      case 0x51: // BINPERSID
      case 0x32: // DUP
        break loop;
      default:
        break loop;
    }
    position = next;
    seen[op] = 1;
    opcodes++;
  }
  scanner.index = position;
  graph.edgeCount = edgeCount;
  graph.nodeCount = nodeCount;
  stack.top = top;
  stack.fence = fence;
  stack.markCount = markCount;
  stack.deepest = deepest;
  memo.filled = filled;
  memo.slots = slots;
  state.opcodes += opcodes;
}
