"""`paperfacts run`: dumps in, records, rejects and a manifest out; stopped at any moment, it goes on where it was."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path

from extract.batch.inputs import (
    DumpFile,
    Fingerprint,
    Reading,
    Wanted,
    entries,
    fingerprint,
    identify,
    name_of,
)
from extract.batch.ledger import Entries, Ledger, RejectLimit, duplicate
from extract.batch.options import Options, rules_of, workers_of
from extract.batch.output import PLAN, FolderOutput, World
from extract.batch.own import dumps_of, refuse_replaced
from extract.batch.pool import Block, Factory, InProcess, Pool, blocks_of
from extract.batch.progress import Progress, Share, say, summary
from extract.batch.seen import Seen
from extract.batch.signals import Interrupted, Signals
from extract.batch.state import read_json, target_errors, write_json
from extract.batch.stdout import Stdout
from extract.batch.targets import Layout, layout_of
from extract.errors import UsageError
from extract.model import Paper, Reject
from extract.readers import MAX_RECORD, PassedOver
from extract.readers.reasons import UNRECOGNISED
from extract.readers.streams import check_stdin

TIMEOUT = 30.0  # seconds a paper; an abstract of usual size takes under a thousandth of a second


def run(
    dumps: Sequence[str | Path],
    output: str | Path | None = None,
    *,
    format: str = "auto",  # noqa: A002
    mapping: Mapping[str, str] | None = None,
    encoding: str | None = None,
    limit: int | None = None,
    workers: int | str = "auto",
    rules: str | Path | None = None,
    max_rejects: str | int | None = None,
    strict: bool = False,
    force: bool = False,
    timeout: float = TIMEOUT,
    max_record: int = MAX_RECORD,
    progress: str = "none",
    factory: Factory | None = None,
    engine: str = "local",
    address: str | None = None,
    only_rejects: str | Path | None = None,
) -> int:
    """Convert dumps; returns the exit code: 0 all converted, 1 some rejected, 130 or 143 interrupted.

    `output` is a folder, a file (`x.jsonl`, `.gz` and `.zst` too), a database (what `extract.sinks` takes), "-" for
    standard output, or None for `output/<dump name>/`. `workers` is a number of processes, "auto" for one a core, or 0
    for this process alone, which then has no guard against a paper that hangs or kills it. `timeout` is in seconds a
    paper, `max_record` in bytes, `limit` in papers of all dumps together. `factory` replaces the pipeline. `engine` is
    "local" or "daft", then with `address` of a Ray cluster or without. `only_rejects` is the folder of an earlier run
    over the same dumps: what it rejected is converted, and nothing else.
    Raises `PaperfactsError` for whatever the user can mend.
    """
    options = Options(
        Reading(format, mapping, encoding, max_record),
        limit,
        workers_of(workers),
        rules_of(rules),
        RejectLimit.parse(max_rejects, strict=strict),
        force,
        timeout,
        progress,
        factory,
        engine,
        address,
        None if only_rejects is None else Wanted.of(only_rejects),
    )
    arguments = [str(dump) for dump in dumps]
    with Signals() as signals:
        try:
            return _convert(arguments, None if output is None else str(output), options, signals)
        except Interrupted as stop:
            # While it was starting, or giving the files their final names: both are done again.
            say("stopped; run the same command again to go on.")
            return stop.exit_code


def _convert(arguments: list[str], output: str | None, options: Options, signals: Signals) -> int:
    """Everything is looked at before anything is written: dumps, rules, target."""
    if not arguments:
        raise UsageError("Give at least one dump: a file, a folder, a pattern or - for standard input.")
    # The workers build their pipeline while this process looks at the dumps: a second saved on two cores.
    factory = options.factory or _default_factory(options.rules)
    by_daft = options.engine == "daft"  # whose processes bring their own pools; ours only knows the rules
    pool = Pool(factory, options.workers, timeout=options.timeout) if options.workers else InProcess(factory)
    with pool:
        how = options.reading
        layout = layout_of(output, name_of(arguments) + ("-rejects" if options.wanted else ""))
        files = dumps_of(arguments, how, layout)
        if files.passed_over.count:
            say(f"{files.passed_over.sentence()}.")
        if layout is not None:
            rejects = [options.wanted.path] if options.wanted else []
            refuse_replaced([file.source for file in files] + rejects, layout)
        for file in files:
            if file.source == "-":
                check_stdin()
            elif file.asked and Path(file.source).is_file():
                identify(file.source, format=how.format, encoding=how.encoding, mapping=how.mapping)
        if options.wanted and not any(options.wanted.of_dump(file.name) for file in files):
            raise UsageError("The run of --only-rejects rejected nothing of these dumps; give the dumps of that run.")
        if layout is None:
            if by_daft:
                raise UsageError("--engine daft cannot write to standard output; give a folder or a file with -o.")
            return _to_stdout(files, options, pool, signals)
        if by_daft and any(file.source == "-" for file in files):
            raise UsageError("--engine daft cannot read standard input; give files that all its machines see.")
        if layout.load is not None:
            from extract.sinks import check_target

            check_target(layout.load)
        prints = [fingerprint(file.source) for file in files]
        world = World(pool.rules_hash(), prints, options.that_decide(), files.passed_over)
        with target_errors(layout.shown):
            return _to_files(files, layout, world, options, pool, signals)


def _default_factory(rules: str | None) -> Factory:
    from extract.batch.convert import PipelineFactory

    return PipelineFactory(rules)


def _blocks(files: list[DumpFile], options: Options, ledger: Ledger) -> Iterator[Entries]:
    """Blocks of the dumps from where the ledger stands; what is known to be a duplicate is not converted again."""
    left = None if options.limit is None else max(0, options.limit - ledger.whole.read)

    def sifted(found: Iterable[Paper | Reject]) -> Iterator[Paper | Reject]:
        for entry in found:
            if isinstance(entry, Paper) and ledger.seen.known(entry.id):
                yield duplicate(entry, entry.id)
            else:
                yield entry

    for number in range(ledger.dump, len(files)):
        if left == 0:
            return
        done = ledger.done if number == ledger.dump else None
        wanted = options.wanted.of_dump(files[number].name) if options.wanted else None
        if options.wanted and wanted is None:
            continue
        passed_over = PassedOver()
        with closing(entries(files[number], options.reading, done, passed_over)) as found:
            for block in blocks_of(sifted(itertools.islice(filter(wanted, found) if wanted else found, left))):
                if left is not None:
                    left -= len(block)
                ledger.accounts[number].passed_over = passed_over
                yield Entries(number, block)
            ledger.accounts[number].passed_over = passed_over


def _to_files(
    files: list[DumpFile], layout: Layout, world: World, options: Options, pool: Pool | InProcess, signals: Signals
) -> int:
    output = FolderOutput(layout, world, force=options.force)
    try:
        if output.finished is not None:
            say(f"{layout.shown} is finished already ({summary(output.finished)}); nothing to do.")
            return _load(layout, 1 if output.finished.rejects else 0)
        ledger = output.begin(len(files), options.rejects)
        if ledger.whole.read:
            say(f"going on in {layout.shown} after paper {ledger.whole.read:,}.")
        progress = Progress(options.progress, already=ledger.whole.read)
        share = Share(files, world.inputs, options.limit)
        try:
            tick = lambda: progress.update(ledger.whole, share(ledger))  # noqa: E731
            if options.engine == "daft":
                pool.close()
                found = _by_daft(files, layout, ledger, options, progress)
            else:
                found = pool.map(_blocks(files, options, ledger), tick)
            for block, outcomes, tally in found:
                assert isinstance(block, Entries)
                with signals.shielded():
                    output.enter(block, outcomes, tally)
            ledger.check()
        except BaseException as error:
            pool.close()
            progress.finish(ledger.whole, "stopped")
            if isinstance(error, Interrupted | Exception):
                with signals.ignored():
                    output.stop()
            if isinstance(error, Interrupted):
                say(
                    f"stopped after {ledger.whole.read:,} papers; run the same command again to go on from there."
                    if world.repeatable
                    else f"stopped after {ledger.whole.read:,} papers; standard input cannot be resumed, start again."
                )
                return error.exit_code
            raise
        pool.close()
        output.finish(progress.seconds, options.workers)
        progress.finish(ledger.whole, "done", output=layout.shown)
        rate = progress.rate(ledger.whole)
        say(f"{summary(ledger.whole)} in {progress.seconds:.1f} s ({rate:,.0f} papers/s), written to {layout.shown}.")
        _say_losses(files, ledger)
    finally:
        output.close()
    return _load(layout, 1 if ledger.whole.rejects else 0)


def _by_daft(
    files: list[DumpFile], layout: Layout, ledger: Ledger, options: Options, progress: Progress
) -> Iterator[Block]:
    """The blocks of all parts, once Daft has converted them; the plan is made once, so that parts keep their names."""
    from extract.batch.cluster import convert_parts
    from extract.batch.parts import Part, merged, plan

    note = layout.state / PLAN
    kept = read_json(note)
    folder = layout.parts if layout.remote else str(Path(layout.parts).absolute())
    if not layout.remote:
        Path(folder).mkdir(exist_ok=True)
    if kept is None:
        parts = plan(files, options.reading, options.limit, folder)
        write_json(note, [part.to_json() for part in parts])
    else:
        parts = [Part.from_json(text) for text in kept]
    convert_parts(
        parts,
        options.reading,
        options.factory or _default_factory(options.rules),
        timeout=options.timeout,
        workers=options.workers,
        address=options.address,
        tick=lambda done: progress.update(ledger.whole, done / max(1, len(parts))),
    )
    return merged(parts, ledger)


def _load(layout: Layout, exit_code: int) -> int:
    """Records into a database, when the target is one; what it has already is left alone, so this may be repeated."""
    if layout.remote is not None:
        _upload(layout, layout.remote)
    elif layout.load is not None:
        from extract.sinks import load, parse_target

        # The workers have just validated these records.
        summary = load([layout.records], layout.load, run=read_json(layout.manifest), validate=False)
        say(
            f"{summary.read:,} records loaded into {parse_target(layout.load).shown}: {summary.inserted:,} new, "
            f"{summary.replaced:,} replaced, {summary.unchanged:,} unchanged."
        )
    return exit_code


def _upload(layout: Layout, remote: str) -> None:
    """The three files to a remote folder, the manifest last: where it stands, all stands."""
    from extract.batch.shared import exists, open_shared, put, remove_folder

    target = f"{remote}/{layout.manifest.name}"
    if exists(target):
        with open_shared(target) as there:
            if there.read() == layout.manifest.read_bytes():
                return
    for path in layout.final:
        put(path, f"{remote}/{path.name}")
    remove_folder(layout.parts)
    say(f"copied to {remote}.")


def _to_stdout(files: list[DumpFile], options: Options, pool: Pool | InProcess, signals: Signals) -> int:
    """Records to standard output: nothing is kept, so nothing can be resumed. The first rejects are said."""
    ledger = Ledger(len(files), Seen(), options.rejects)
    progress = Progress(options.progress)
    share = Share(files, [fingerprint_size(file) for file in files], options.limit)
    out = Stdout()
    try:
        for block, outcomes, tally in pool.map(
            _blocks(files, options, ledger), lambda: progress.update(ledger.whole, share(ledger))
        ):
            assert isinstance(block, Entries)
            ledger.enter(block, outcomes, tally, out, out.rejects)
            out.flush()
        ledger.check()
    except BrokenPipeError:
        return 1  # the reader has what it wanted (`| head`): no message
    except Interrupted as stop:
        progress.finish(ledger.whole, "stopped")
        say(f"stopped after {ledger.whole.read:,} papers; standard output cannot be resumed, start again.")
        return stop.exit_code
    finally:
        pool.close()
        ledger.seen.close()
    progress.finish(ledger.whole, "done", output="-")
    say(f"{summary(ledger.whole)} in {progress.seconds:.1f} s ({progress.rate(ledger.whole):,.0f} papers/s).")
    _say_losses(files, ledger)
    return 1 if ledger.whole.rejects else 0


def _say_losses(files: list[DumpFile], ledger: Ledger) -> None:
    """What a glance at the totals would miss: members passed over, and dumps of which nothing became a record."""
    for account in ledger.accounts:
        if account.passed_over.count:
            say(f"{account.passed_over.sentence()}.")
    barren = [
        file.name
        for file, account in zip(files, ledger.accounts, strict=True)
        if account.read and set(account.reasons) <= UNRECOGNISED and account.rejects == account.read
    ]
    if barren:
        more = f" and {len(barren) - 3:,} more" if len(barren) > 3 else ""
        advice = "see paperfacts inspect, and --map for fields of other names"
        say(f"nothing in {', '.join(barren[:3])}{more} was recognised as a paper; {advice}.")


def fingerprint_size(file: DumpFile) -> Fingerprint:
    """A fingerprint that knows only the size: nothing is resumed from it."""
    path = Path(file.source)
    if file.source != "-" and path.is_file():
        return Fingerprint(file.source, path.stat().st_size, "not read")
    return Fingerprint(file.source, None, None)
