"""Tests of data/fetch, with a server on this machine and data sets of a few bytes."""
import contextlib
import hashlib
import io
import os
import tarfile
import threading
import types
import unittest
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from unittest import mock

from project import ROOT
from testing import ProjectTest


def load(path):
    """A program as a module; without importlib, which would leave compiled code beside it."""
    module = types.ModuleType("fetch")
    module.__file__ = str(path)
    with mock.patch.dict("sys.modules", fetch=module):  # dataclass looks there
        exec(compile(path.read_text(), path, "exec"), module.__dict__)
    return module


fetch = load(ROOT / "data/fetch")

IMAGES = bytes(range(256)) * 20
LABELS = b"0123456789"
FILES = {"images.gz": IMAGES, "labels.gz": LABELS}
BATCHES = {"cifar/a.bin": b"a" * 30, "cifar/b.bin": b"b" * 20, "cifar/meta.txt": b"cat\ndog\n\n"}


def digests_of(files):
    return {name: hashlib.md5(text).hexdigest() for name, text in files.items()}


class Handler(BaseHTTPRequestHandler):
    """Knows ranges unless told otherwise. Breaks off an answer after so many bytes as server.breaks has for it."""

    def do_GET(self):
        server, name = self.server, self.path.rpartition("/")[2]
        asked = self.headers.get("Range")
        server.asked.append(f"{name} {asked}" if asked else name)
        if name not in server.files:
            self.send_error(404, server.words)
            return
        text = server.files[name]
        begin = int(asked.removeprefix("bytes=").rstrip("-")) if asked and server.ranges else 0
        if begin and begin >= len(text):
            self.send_error(416)
            return
        self.send_response(206 if begin else 200)
        if begin:
            self.send_header("Content-Range", f"bytes {begin + server.skips}-{len(text) - 1}/{len(text)}")
        self.send_header("Content-Length", str(len(text) - begin))
        self.end_headers()
        end = begin + server.breaks.pop(0) if server.breaks else len(text)
        self.wfile.write(text[begin:end])

    def log_message(self, *_):
        pass


def start_server(case, files, ranges=True, breaks=()):
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.files, server.ranges, server.breaks, server.asked = files, ranges, list(breaks), []
    server.words, server.skips = None, 0
    server.address = f"http://127.0.0.1:{server.server_port}/some/folder/"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    case.addCleanup(thread.join)
    case.addCleanup(server.server_close)
    case.addCleanup(server.shutdown)
    return server


def nobody():
    """An address at which nobody listens: that of a server that has just been closed."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.server_close()
    return f"http://127.0.0.1:{server.server_port}/"


class Terminal(io.StringIO):
    def isatty(self):
        return True


class FetchTest(ProjectTest):
    def setUp(self):
        super().setUp()
        environment = mock.patch.dict(os.environ, {"no_proxy": "127.0.0.1"})
        environment.start()
        self.addCleanup(environment.stop)
        self.folder = self.root / "got"

    def run_fetch(self, data_set, *arguments, out=None):
        """What the program prints, and how it ends: None, or what it complains of."""
        out, ended = out or io.StringIO(), None
        with mock.patch.dict(fetch.DATA_SETS, {"small": data_set}), contextlib.redirect_stdout(out):
            try:
                fetch.main(["small", "--to", str(self.folder), *arguments])
            except SystemExit as stop:
                ended = stop.code
        return out.getvalue(), ended

    def small(self, *addresses, files=None, **more):
        return fetch.DataSet(addresses=addresses, digests=digests_of(files or FILES), **more)

    def archive(self, *members):
        """A .tar.gz of (name, text) or of whole entries."""
        packed = io.BytesIO()
        with tarfile.open(fileobj=packed, mode="w:gz") as tar:
            for member in members:
                if isinstance(member, tarfile.TarInfo):
                    tar.addfile(member)
                else:
                    entry = tarfile.TarInfo(member[0])
                    entry.size = len(member[1])
                    tar.addfile(entry, io.BytesIO(member[1]))
        return packed.getvalue()

    def packed(self, archive):
        """A data set with this archive, and where it is."""
        files = {"all.tar.gz": archive}
        return self.small(start_server(self, files).address, files=files, members={"a.bin": 30, "b.bin": 20}, meta="meta.txt",
                          inside="cifar")

    def got(self):
        """All that is in the folder, files and folders."""
        return {path.name: path.read_bytes() if path.is_file() else None for path in self.folder.rglob("*")}

    def put(self, name, text):
        self.folder.mkdir(exist_ok=True)
        (self.folder / name).write_bytes(text)


class Downloads(FetchTest):
    def test_all_files_and_the_classes(self):
        server = start_server(self, FILES)
        printed, ended = self.run_fetch(self.small(server.address, classes=("shoe", "bag")))
        self.assertIsNone(ended)
        self.assertEqual(self.got(), {**FILES, "classes.txt": b"shoe\nbag\n"})
        self.assertEqual(printed.splitlines(), [*(f"{name:28} 100 %    0.0 of 0.0 MB" for name in FILES),
                                                f"small is in {os.path.relpath(self.folder)}"])

    def test_a_break_in_the_middle_is_mended_at_once(self):
        server = start_server(self, FILES, breaks=(1000, 500))
        self.assertIsNone(self.run_fetch(self.small(server.address))[1])
        self.assertEqual(server.asked, ["images.gz", "images.gz bytes=1000-", "images.gz bytes=1500-", "labels.gz"])
        self.assertEqual(self.got(), FILES)

    def test_a_break_that_lasts_is_mended_by_the_next_run(self):
        server = start_server(self, FILES, breaks=(1000, 0))
        _, ended = self.run_fetch(self.small(server.address))
        self.assertIn("(the connection broke off)\nWhat has come is kept", ended)
        self.assertEqual(self.got(), {"images.gz.part": IMAGES[:1000]})
        server.asked.clear()
        self.assertIsNone(self.run_fetch(self.small(server.address))[1])
        self.assertEqual(server.asked, ["images.gz bytes=1000-", "labels.gz"])
        self.assertEqual(self.got(), FILES)

    def test_a_server_that_ignores_ranges_sends_all_anew(self):
        server = start_server(self, FILES, ranges=False, breaks=(1000,))
        self.assertIsNone(self.run_fetch(self.small(server.address))[1])
        self.assertEqual(server.asked, ["images.gz", "images.gz bytes=1000-", "labels.gz"])
        self.assertEqual(self.got(), FILES)

    def test_the_beginning_of_another_file(self):
        server = start_server(self, FILES)
        for beginning in (b"other", b"other" * 5000):  # shorter and longer than the file
            self.put("images.gz.part", beginning)
            self.assertIsNone(self.run_fetch(self.small(server.address))[1])
            self.assertEqual(self.got(), FILES)
            (self.folder / "images.gz").unlink()

    def test_whole_but_not_yet_renamed(self):
        self.put("images.gz.part", IMAGES)
        server = start_server(self, FILES)
        self.assertIsNone(self.run_fetch(self.small(server.address))[1])
        self.assertEqual(server.asked, ["labels.gz"])
        self.assertEqual(self.got(), FILES)

    def test_the_next_address_goes_on_where_the_first_broke_off(self):
        first, second = start_server(self, FILES, breaks=(1000, 0)), start_server(self, FILES)
        self.assertIsNone(self.run_fetch(self.small(first.address, second.address))[1])
        self.assertEqual(second.asked[0], "images.gz bytes=1000-")
        self.assertEqual(self.got(), FILES)

    def test_a_wrong_digest(self):
        server = start_server(self, {**FILES, "images.gz": b"changed"})
        _, ended = self.run_fetch(self.small(server.address))
        expected, found = (hashlib.md5(text).hexdigest() for text in (IMAGES, b"changed"))
        self.assertEqual(ended, f"fetch: images.gz from {server.address} is not the official file: expected MD5 {expected}, "
                                f"found {found}. It was not kept.")
        self.assertEqual(self.got(), {})

    def test_what_is_there_and_right_is_left_alone(self):
        self.put("images.gz", IMAGES)
        self.put("labels.gz", b"wrong")
        before = (self.folder / "images.gz").stat()
        server = start_server(self, FILES)
        printed, ended = self.run_fetch(self.small(server.address))
        self.assertIsNone(ended)
        self.assertIn(f"{'images.gz':28} already there\n", printed)
        after = (self.folder / "images.gz").stat()
        self.assertEqual((after.st_ino, after.st_mtime_ns), (before.st_ino, before.st_mtime_ns))
        self.assertEqual(server.asked, ["labels.gz"])
        self.assertEqual(self.got(), FILES)

    def test_an_address_that_nobody_answers(self):
        first, second = nobody(), nobody()
        _, ended = self.run_fetch(self.small(first, second))
        self.assertEqual(ended.splitlines(), [
            f"fetch: cannot reach {first}images.gz (Connection refused), {second}images.gz (Connection refused)",
            "Download by hand, on another machine:", f"    {first}images.gz", f"    {first}labels.gz",
            "and then, with the folder that they are in:", "    data/fetch small --from FOLDER"])
        self.assertFalse(self.folder.exists())

    def test_a_server_without_the_file(self):
        server = start_server(self, {})
        _, ended = self.run_fetch(self.small(server.address))
        self.assertIn(f"cannot reach {server.address}images.gz (404 Not Found)\n", ended)

    def test_an_address_that_is_none(self):
        self.assertIn("cannot reach http://[/images.gz (Invalid IPv6 URL)", self.run_fetch(self.small("http://[/"))[1])
        self.assertEqual(self.run_fetch(self.small("http://x/"), "--from", "")[1], "fetch: --from: the value is missing")

    def test_words_of_a_server_that_a_terminal_would_obey(self):
        server = start_server(self, {})
        server.words = "gone\x1b[2J"
        self.assertIn("404 gone\\x1b[2J)", self.run_fetch(self.small(server.address))[1])

    def test_a_server_that_leaves_out_a_part(self):
        server = start_server(self, FILES, breaks=[3000])
        server.skips = 10 ** 13
        ended = self.run_fetch(self.small(server.address))[1]
        self.assertIn("asked for the bytes from 3000 on, it sends those from 10000000003000 on", ended)
        self.assertEqual(self.got(), {"images.gz.part": IMAGES[:3000]})

    def test_a_server_that_does_not_end(self):
        server = start_server(self, FILES)
        with mock.patch.object(fetch, "MOST", 5000):
            ended = self.run_fetch(self.small(server.address))[1]
        self.assertEqual(ended, f"fetch: {server.address}images.gz sends more than 5000 bytes; this is not the file. "
                                "It was not kept.")
        self.assertEqual(self.got(), {})

    @unittest.skipIf(os.geteuid() == 0, "root may write everywhere")
    def test_a_folder_that_cannot_be_written(self):
        server = start_server(self, FILES)
        self.folder.mkdir()
        self.folder.chmod(0o500)
        self.addCleanup(self.folder.chmod, 0o700)
        _, ended = self.run_fetch(self.small(server.address))
        self.assertEqual(ended, f"fetch: {self.folder}/images.gz.part: Permission denied")

    def test_a_full_disk(self):
        server = start_server(self, FILES)
        with mock.patch.object(fetch, "download", side_effect=OSError(28, "No space left on device")):
            self.assertEqual(self.run_fetch(self.small(server.address))[1], f"fetch: {self.folder}: No space left on device")


class OtherSources(FetchTest):
    def test_a_folder(self):
        for name, text in FILES.items():
            (self.root / name).write_bytes(text)
        self.assertIsNone(self.run_fetch(self.small(nobody()), "--from", str(self.root))[1])
        self.assertEqual(self.got(), FILES)

    def test_a_folder_is_checked_all_the_same(self):
        self.write("images.gz", "changed")
        self.assertIn("is not the official file", self.run_fetch(self.small(nobody()), "--from", str(self.root))[1])
        self.assertEqual(self.got(), {})

    def test_a_folder_without_the_files(self):
        self.put("images.gz.part", b"of an earlier download")
        _, ended = self.run_fetch(self.small(nobody()), "--from", str(self.root))
        self.assertIn(f"fetch: {self.root}/images.gz is missing\nDownload by hand", ended)

    def test_no_folder(self):
        self.assertEqual(self.run_fetch(self.small(), "--from", "no/folder")[1],
                         "fetch: --from no/folder: there is no such folder")

    def test_an_address(self):
        server = start_server(self, FILES)
        self.assertIsNone(self.run_fetch(self.small(nobody()), "--from", server.address.rstrip("/"))[1])
        self.assertEqual(self.got(), FILES)


class Archives(FetchTest):
    def assert_refused(self, message, *members):
        _, ended = self.run_fetch(self.packed(self.archive(*members)))
        self.assertIn(message, ended or "nothing")
        self.assertEqual(self.got(), {})

    def test_members_are_unpacked_and_the_archive_is_removed(self):
        data_set = self.packed(self.archive(*BATCHES.items(), ("cifar/readme.html", b"x")))
        self.assertIsNone(self.run_fetch(data_set)[1])
        wanted = {"a.bin": b"a" * 30, "b.bin": b"b" * 20, "classes.txt": b"cat\ndog\n"}
        self.assertEqual(self.got(), wanted)
        self.assertIn("already there", self.run_fetch(data_set, "--from", nobody())[0])
        self.put("a.bin", b"short")
        self.assertIsNone(self.run_fetch(data_set)[1])
        self.assertEqual(self.got(), wanted)

    def test_the_archive_of_a_folder_stays(self):
        archive = self.archive(*BATCHES.items())
        (self.root / "all.tar.gz").write_bytes(archive)
        self.assertIsNone(self.run_fetch(self.packed(archive), "--from", str(self.root))[1])
        self.assertEqual((self.root / "all.tar.gz").read_bytes(), archive)

    def test_no_member_gets_outside(self):
        others = [(name, b"x") for name in ("../outside", "cifar/../../outside", f"{self.root}/outside", "a.bin")]
        self.assertIsNone(self.run_fetch(self.packed(self.archive(*others, *BATCHES.items())))[1])
        self.assertEqual(sorted(self.got()), ["a.bin", "b.bin", "classes.txt"])
        self.assertEqual((self.folder / "a.bin").read_bytes(), BATCHES["cifar/a.bin"])
        self.assertEqual([path.name for path in self.root.iterdir()], ["got"])

    def test_a_link_is_refused(self):
        self.write("secret", "s" * 30)
        for kind in (tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.DIRTYPE, tarfile.FIFOTYPE):
            link = tarfile.TarInfo("cifar/a.bin")
            link.type, link.linkname = kind, str(self.root / "secret")
            self.assert_refused("all.tar.gz cannot be unpacked: cifar/a.bin is not a plain file. It was not kept.", link)
        self.assertEqual(self.read("secret"), "s" * 30)

    def test_a_wrong_size_is_refused(self):
        self.assert_refused("cifar/b.bin has 21 bytes, expected 20", ("cifar/a.bin", b"a" * 30), ("cifar/b.bin", b"b" * 21))
        self.assert_refused("cifar/meta.txt has 1001 bytes, expected at most 1000", ("cifar/meta.txt", b"m" * 1001))

    def test_a_missing_member_is_refused(self):
        self.assert_refused("cifar/b.bin is missing", *((name, BATCHES[name]) for name in ("cifar/a.bin", "cifar/meta.txt")))

    def test_what_is_no_archive_is_refused(self):
        whole = self.archive(*BATCHES.items())
        for broken in (b"no archive", whole[:len(whole) // 2], whole[:60] + b"\xff" * 20 + whole[80:]):
            _, ended = self.run_fetch(self.packed(broken))
            self.assertIn("all.tar.gz cannot be unpacked", ended or "nothing")
            self.assertEqual(self.got(), {})


class Words(FetchTest):
    def test_an_unknown_name(self):
        with self.assertRaises(SystemExit) as stop:
            fetch.main(["imagenet"])
        self.assertEqual(stop.exception.code,
                         "fetch: there is no data set 'imagenet'; there are mnist, fashion-mnist, cifar-10")

    def test_what_is_missing_or_unknown_is_one_line(self):
        for words, said in (([], "the following arguments are required: NAME"), (["mnist", "--fast"], "unrecognized arguments: --fast")):
            with self.assertRaises(SystemExit) as stop:
                fetch.main(words)
            self.assertEqual(stop.exception.code, f"fetch: {said} (see --help)")

    def test_help(self):
        out = io.StringIO()
        with self.assertRaises(SystemExit) as stop, contextlib.redirect_stdout(out):
            fetch.main(["--help"])
        self.assertEqual(stop.exception.code, 0)
        for word in ("mnist, fashion-mnist, cifar-10", "--from FOLDER_OR_ADDRESS", "--to FOLDER"):
            self.assertIn(word, out.getvalue())

    def test_progress(self):
        self.assertEqual(fetch.progress_line("x.gz", 5_250_000, 10_500_000), f"{'x.gz':28}  50 %    5.2 of 10.5 MB")
        self.assertEqual(fetch.progress_line("x.gz", 5_250_000, None), f"{'x.gz':28}          5.2 MB")

    def test_a_line_moves_on_a_terminal(self):
        server = start_server(self, FILES)
        with mock.patch.object(fetch, "BLOCK", 2000):
            printed, _ = self.run_fetch(self.small(server.address), out=Terminal())
        line = printed.split("\n")[0]
        self.assertEqual([part.split()[1] for part in line.split("\r")[1:]], ["39", "78", "100"])

    def test_the_data_sets_have_what_the_loader_needs(self):
        self.assertEqual(len(fetch.DATA_SETS["fashion-mnist"].classes), 10)
        self.assertEqual(set(fetch.DATA_SETS["cifar-10"].members.values()), {30_730_000})
        for data_set in fetch.DATA_SETS.values():
            for digest in data_set.digests.values():
                self.assertRegex(digest, "^[0-9a-f]{32}$")
