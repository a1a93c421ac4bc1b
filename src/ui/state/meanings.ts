// What each figure means, in a sentence or two: shown on hover and focus wherever the figure stands, and as the glossary.

export const MEANINGS = {
  vmhwm: {
    term: 'VmHWM',
    text: 'The high-water mark that the kernel keeps for each process: the most memory that it had resident at once. No short peak is missed.',
  },
  pss: {
    term: 'PSS',
    text: 'Proportional set size: resident memory with each shared page divided among the processes that share it. It may be added up over processes.',
  },
  rss: {
    term: 'Resident (RSS)',
    text: 'Memory of a process that is in RAM now: anonymous, file-backed and shared. Pages shared with other processes count in full for each.',
  },
  anon: {
    term: 'Anonymous',
    text: 'Resident memory without a file behind it: heap, stacks, private mappings. Arrays and objects live here.',
  },
  file: {
    term: 'File-backed',
    text: 'Resident pages of mapped files: programs, libraries, memory-mapped data. The kernel can drop clean ones when memory is short.',
  },
  shmem: {
    term: 'Shared memory',
    text: 'Resident pages of shared memory (tmpfs, /dev/shm), as data loaders with workers use it.',
  },
  swap: {
    term: 'Swap',
    text: 'Memory of the process that the kernel moved to disk. It is not part of resident memory.',
  },
  privateBytes: {
    term: 'Private',
    text: 'Resident pages that only this process has: what the machine would get back if it ended.',
  },
  heap: {
    term: 'Alive',
    text: 'Memory that the program had asked for and not yet freed: malloc, Python objects and anonymous mappings, as far as it had been touched. Without what allocators keep for themselves.',
  },
  requested: {
    term: 'Requested',
    text: 'The size that the program asked an allocator for. Allocators round it up, and the kernel gives memory only page by page when it is touched.',
  },
  reserved: {
    term: 'Reserved',
    text: 'Address space without memory behind it: large blocks and mappings that were asked for and never touched, and mapped files, whose pages the kernel counts as file-backed. Never added to what is alive.',
  },
  reservedSpace: {
    term: 'Address space',
    text: 'What is reserved, whether there is memory behind it or not: whole mappings, heaps of malloc with what each may grow by, stacks as far as they may grow. It costs no memory, but counts against a limit of address space (ulimit -v).',
  },
  residentPart: {
    term: 'Resident part',
    text: 'Pages of this part that were in memory at the peak: what it adds to the kernel’s figure.',
  },
  python: { term: 'Small Python objects', text: 'Blocks up to 512 bytes from Python’s own object allocator.' },
  native: {
    term: 'malloc',
    text: 'Blocks from malloc, calloc and the like, by libraries and by Python for objects over 512 bytes.',
  },
  sampled: {
    term: 'Sampled',
    text: 'Small blocks are recorded one in so many bytes, and each record stands for many blocks; large blocks are all recorded exactly.',
  },
  interval: {
    term: '95 % interval',
    text: 'A sampled figure’s true value lies within it in 19 of 20 cases. “< x” marks a figure with too few samples to state: it is below x.',
  },
  allocated: { term: 'Allocated', text: 'All bytes that were asked for over the whole run, freed or not.' },
  freed: { term: 'Freed', text: 'Of the allocated bytes, those that were given back before the end.' },
  allocations: {
    term: 'Allocations',
    text: 'How many blocks were asked for over the run (an estimate where sampled).',
  },
  samples: {
    term: 'Samples',
    text: 'Records behind the sampled part of a figure. 0 means that all of it was recorded exactly.',
  },
  ofPeak: { term: 'Of peak', text: 'Part of the peak that the kernel measured.' },
  mapped: { term: 'Mapped', text: 'Anonymous mappings made directly with mmap, as far as they were touched.' },
  share: { term: 'Share', text: 'Part of all that was alive at the chosen moment.' },
  self: { term: 'Self', text: 'Bytes allocated by this call itself, not by what it calls.' },
  total: { term: 'Total', text: 'Bytes allocated by this call and by everything that it calls.' },
  net: { term: 'Grew by', text: 'What came less what went.' },
  came: {
    term: 'Came',
    text: 'Allocated after the first moment and alive at the second, as far as there is memory behind it.',
  },
  went: { term: 'Went', text: 'Alive at the first moment and freed before the second.' },
  cameBlocks: { term: 'Blocks', text: 'How many blocks came, estimated where they were sampled.' },
  step: {
    term: 'Step',
    text: 'A line of your own code that ran for a part of the run, as seen whenever the program’s resident memory was read from inside.',
  },
  firstSeen: { term: 'First seen', text: 'Time into the run at which the line was first seen running.' },
  ranFor: { term: 'Ran for', text: 'Time during which it was the line that was last seen running.' },
  kept: { term: 'Kept', text: 'Resident memory after the step less before it.' },
  before: { term: 'Before', text: 'Resident memory when the line was first seen running.' },
  during: { term: 'Largest during', text: 'Largest resident memory that was read while the line ran.' },
  after: { term: 'After', text: 'Resident memory at the first reading after the line.' },
  readings: {
    term: 'Readings from inside',
    text: 'Resident memory as the agent inside the process read it, with the line that ran at that time.',
  },
  cgroupUsage: {
    term: 'Container usage',
    text: 'Memory charged to the control group of the run: processes, page cache, kernel memory.',
  },
  cgroupCache: {
    term: 'Container page cache',
    text: 'Of the container usage, file pages that the kernel can take back.',
  },
  available: {
    term: 'Machine available',
    text: 'What the kernel could give to programs without swapping (MemAvailable).',
  },
  headroom: {
    term: 'Headroom',
    text: 'What was left between the peak and the tightest limit that applied: container, machine, or address space.',
  },
  threads: {
    term: 'Threads',
    text: 'Threads of the process. Each has a stack, and often allocator arenas of its own.',
  },
  minorFaults: {
    term: 'Minor faults per second',
    text: 'Pages that became resident without reading a disk: first touches of fresh memory, mostly.',
  },
  majorFaults: { term: 'Major faults per second', text: 'Pages that had to be read from disk first.' },
  exact: { term: 'Exact', text: 'Read by the process itself as it ended: the kernel’s final word.' },
  atLeast: { term: 'At least', text: 'Read while the process still ran; it may have risen a little afterwards.' },
  traced: { term: 'Traced', text: 'The agent ran inside this process, so that its heap can be told apart by line.' },
  imports: {
    term: 'Imports',
    text: 'Memory alive that was allocated on behalf of import statements, by the package that the statement named. Your own modules are no imports: their lines stand among the lines.',
  },
  importHeap: {
    term: 'Heap',
    text: 'Heap alive at the peak that was allocated while this package was imported, with all that it imported in turn.',
  },
  importSelf: {
    term: 'Itself',
    text: 'Heap without the packages that it imported in turn; modules of native code count for the package that loads them.',
  },
  importTime: {
    term: 'Time',
    text: 'Wall time that the import took in the main process, with all that it imported in turn; waiting for the disk and for other processes is in it, and so is the time that measuring takes.',
  },
  importTimeSelf: { term: 'Itself', text: 'Wall time without the packages that it imported in turn.' },
  importFiles: {
    term: 'Files',
    text: 'Resident pages of the package’s own files, libraries mostly, with those of what it imported; not part of the heap. They count once, where the package took most time.',
  },
  importedBy: {
    term: 'Imported by',
    text: 'A package stands below the one that imported it first: what is loaded already costs the next one nothing.',
  },
  files: {
    term: 'Files',
    text: 'Pages of libraries and data files that the process had resident, by what they belong to, at the reading that comes nearest to the peak. Pages that other processes use too count in full.',
  },
  filesOfAll: {
    term: 'Files of all processes',
    text: 'Pages of libraries and data files that all processes had resident, by what they belong to, at the reading that comes nearest to the peak. A page that several of them map counts once, divided among them (PSS).',
  },
  sharedFiles: {
    term: 'Shared memory by name',
    text: 'Resident pages of shared memory: files in /dev/shm and on other tmpfs, memfd, System V, shared anonymous mappings. A page that several of the processes shown map counts once.',
  },
} as const satisfies Readonly<Record<string, { term: string; text: string }>>;

export type Meaning = keyof typeof MEANINGS;

export function meaningOf(name: Meaning): string {
  return MEANINGS[name].text;
}
