"""A TUF repository on a loopback port that publishes a trusted root, for the tests.

Source: TUF specification 1.0, section 4.
"""

import contextlib
import functools
import threading
from datetime import UTC, datetime, timedelta
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

from securesystemslib.signer import CryptoSigner
from tuf.api.metadata import Metadata, MetaFile, Root, Snapshot, TargetFile, Targets, Timestamp
from tuf.api.serialization.json import JSONSerializer

from sigstore_keys import ed

ROLES = ("root", "timestamp", "snapshot", "targets")


class TufRepository:
    """Signed metadata in a directory; `publish` writes a new version of all but the root."""

    def __init__(self, place, label="tuf"):
        self.place, self.version, self.url = place, 0, ""
        self.signers = {role: CryptoSigner(ed(f"{label} {role}")) for role in ROLES}
        self.expires = datetime.now(UTC).replace(microsecond=0) + timedelta(days=1)
        (place / "targets").mkdir(parents=True)
        root = Root(expires=self.expires)
        for role in ROLES:
            root.add_key(self.signers[role].public_key, role)
        self._write(root, "root", "1.root.json")

    @property
    def root(self):
        return self.place / "1.root.json"

    def publish(self, data, *, served=None, expires=None, version=None):
        """Publish a trusted root; served: other bytes than the ones that are signed for."""
        self.version = self.version + 1 if version is None else version
        self.expires = expires or self.expires
        target = TargetFile.from_data("trusted_root.json", data)
        targets = Targets(version=self.version, expires=self.expires, targets={"trusted_root.json": target})
        name = f"{target.hashes['sha256']}.trusted_root.json"
        (self.place / "targets" / name).write_bytes(data if served is None else served)
        self._write(targets, "targets", f"{self.version}.targets.json")
        meta = {"targets.json": MetaFile(version=self.version)}
        snapshot = Snapshot(version=self.version, expires=self.expires, meta=meta)
        self._write(snapshot, "snapshot", f"{self.version}.snapshot.json")
        stamp = Timestamp(
            version=self.version, expires=self.expires, snapshot_meta=MetaFile(version=self.version)
        )
        self._write(stamp, "timestamp", "timestamp.json")

    def _write(self, signed, role, name):
        metadata = Metadata(signed)
        metadata.sign(self.signers[role])
        (self.place / name).write_bytes(metadata.to_bytes(JSONSerializer()))


@contextlib.contextmanager
def serve_tuf(place, label="tuf"):
    """Serve a new repository in a directory for a while."""
    repository = TufRepository(place, label)

    class Handler(SimpleHTTPRequestHandler):
        def log_message(self, *_arguments):
            pass

    handler = functools.partial(Handler, directory=str(place))
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    repository.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield repository
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
