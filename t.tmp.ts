import { readProfileFile } from './src/capture/profile-store.ts';
const p: any = readProfileFile(process.argv[2]!);
const v = p.value.profile;
const a=v.areas; const last=new Map();
for (let i=0;i<a.length;i++) if (a.other[i] > (last.get(a.process[i])?.other ?? -1)) last.set(a.process[i], {t:a.time[i], res:a.resident[i]/2**20, sh:a.shared[i]/2**20, other:a.other[i], data:a.data[i]/2**20, heaps:a.heaps[i]/2**20, blocks:a.blocks[i]/2**20, arenas:a.arenas[i]/2**20, mapped:a.mapped[i]/2**20, stacks:a.stacks[i]/2**20, agent:a.agent[i]/2**20, otherR: a.otherReserved[i]/2**20});
for (const [k,x] of last) console.log(k, v.strings[v.processes.command[k]].slice(0,60), x);
