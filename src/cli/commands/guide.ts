// `highwater guide`: questions that people have, and the commands that answer them.
import { write } from '../say.ts';

const GUIDE = `highwater: how much memory your Python code really needs

How much memory does my program need, and which lines need it?
  highwater run train.py --epochs 3
  highwater run --html train.py            a report to open and to send: train.html
  highwater run -m pytest tests/           a module
  highwater run -- torchrun train.py       any command; Python children are followed

What do the numbers mean?
  Peak      the kernel's own figure. One process: VmHWM, the most that was resident at once.
            Several: the sum of PSS, which counts shared pages once.
  Live      what was allocated and not yet freed at the peak, as the program asked for it.
            Large blocks are recorded one by one, small ones by sampling: then a range is given,
            and "< x" where too few samples stand behind a figure.
  Reserved  address space from mmap. Only pages that were written count for the kernel.
  Allocated everything over the whole run, freed or not: copies and temporaries show here.

It was killed, or I killed it
  highwater report train.highwater-run     everything up to the last moment is on disk

Look again, elsewhere, in another form
  highwater view train.highwater           the report in a browser
  highwater report train.highwater --json | jq .peak
  highwater report train.highwater --speedscope --pprof --collapsed --csv

It grows: what came between two moments, and who called for it?
  highwater report train.highwater --between 10s,end
  highwater report train.highwater --between start,peak --speedscope

How many of my models fit on one machine?
  highwater fit serve.highwater --limit 16GiB --count serve=40
  highwater fit serve.highwater train.highwater --limit machine
  highwater fit serve.highwater --limit container --risk 1%    peaks seldom meet: accept that risk

How much memory will this model file take, and why so much? (Nothing in it is executed.)
  highwater xray model.pkl
  highwater xray model.pkl --html model.html --python 3.12
  highwater xray model.pkl --fail-on dangerous   exit code 1 if it would import such a name
  highwater xray model.pkl --measure             loads it, and compares
  highwater formats model.pkl                    saves it in other formats, and measures each

Loading it takes many times the file: can I have the same model for less?
  highwater slim model.pkl -o slim.pkl           the same objects; executes nothing
  highwater slim model.pkl -o slim.pkl --verify load --forecast
  highwater slim model.pkl -o slim.pkl --slot-state   smaller still on Python 3.11 and later

Does it need more than before?
  highwater diff train.highwater           with the run before: train.prev.highwater
  highwater diff old.highwater new.highwater
  highwater diff old.highwater new.highwater --html   one page: new.diff.html
  highwater diff new1.highwater new2.highwater --against old1.highwater old2.highwater
                                           several runs of each, where single ones differ by chance
  highwater diff train.highwater --fail-over 5%       exit code 1 when the peak grew by more

My own code is a library: which lines count as mine?
  highwater run --include 'mypackage/*' script.py
  highwater run --all script.py            name the line that allocated, wherever it is

Nothing works
  highwater doctor

  right  highwater run train.py --data x.csv        words after the script are the script's
  wrong  highwater run train.py --html              --html would go to train.py
  right  highwater run --html train.py
`;

export function guide(): number {
  write(1, GUIDE);
  return 0;
}
