"""Canonical package URLs: the specification's rules, and each intended difference from the oracle."""

import pytest
from packageurl import PackageURL

from stella_git.canon.purl import Purl, canonical_purl, parse_purl
from stella_git.errors import InputError


def oracle(text: str) -> str:
    return PackageURL.from_string(text).to_string()


# Where packageurl-python gives the same: (given, canonical).
AGREED = [
    ("pkg:npm/foobar@12.3.1", "pkg:npm/foobar@12.3.1"),
    ("pkg:npm/%40angular/animation@12.3.1", "pkg:npm/%40angular/animation@12.3.1"),
    ("pkg:npm/@babel/core#/googleapis/api/annotations/", "pkg:npm/%40babel/core#googleapis/api/annotations"),
    ("pkg:npm/@angular/animation@12.3.1", "pkg:npm/%40angular/animation@12.3.1"),
    ("pkg:npm/LoDash@4.17.21", "pkg:npm/lodash@4.17.21"),
    ("pkg:npm/foo@1.2.3-%F0%9F%98%83", "pkg:npm/foo@1.2.3-%F0%9F%98%83"),
    ("pkg:npm/foo@1.0.0-\U0001f603", "pkg:npm/foo@1.0.0-%F0%9F%98%83"),
    ("pkg:npm/foo@1+b", "pkg:npm/foo@1%2Bb"),
    (
        "pkg:npm/mypackage@12.4.5?vcs_url=git://host.com/path/to/repo.git%404345abcd34343",
        "pkg:npm/mypackage@12.4.5?vcs_url=git://host.com/path/to/repo.git%404345abcd34343",
    ),
    ("pkg:NPM/core@2.0.1", "pkg:npm/core@2.0.1"),
    ("pkg:///npm//core@2.0.1", "pkg:npm/core@2.0.1"),
    ("pkg://npm/core", "pkg:npm/core"),
    (
        "pkg:golang/google.golang.org/genproto@abcdedf#/googleapis/./api/../annotations/",
        "pkg:golang/google.golang.org/genproto@abcdedf#googleapis/api/annotations",
    ),
    ("pkg:maven/org.apache.commons//io@1.3.4", "pkg:maven/org.apache.commons/io@1.3.4"),
    (
        "pkg:maven/a/b@1?type=zip&classifier=dist&empty=&REPOSITORY_URL=repo.example/x",
        "pkg:maven/a/b@1?classifier=dist&repository_url=repo.example/x&type=zip",
    ),
    ("pkg:deb/debian/attr@1:2.4.47-2%2Bb1?arch=amd64", "pkg:deb/debian/attr@1:2.4.47-2%2Bb1?arch=amd64"),
    ("pkg:docker/cassandra@sha256%3A244fd47e07d10", "pkg:docker/cassandra@sha256:244fd47e07d10"),
    ("pkg:oci/Debian@SHA256:244FD?tag=Latest", "pkg:oci/debian@sha256:244fd?tag=Latest"),
    ("pkg:pypi/Django_allauth@12.23", "pkg:pypi/django-allauth@12.23"),
    ("pkg:github/Package-url/Purl-Spec@244FD#a/b", "pkg:github/package-url/purl-spec@244FD#a/b"),
    ("pkg:bitbucket/birKenfeld/pyGments-main@244fd", "pkg:bitbucket/birkenfeld/pygments-main@244fd"),
    ("pkg:composer/Laravel/Laravel@5.5.0", "pkg:composer/laravel/laravel@5.5.0"),
    ("pkg:cpan/drolsky/DateTime@1.55", "pkg:cpan/DROLSKY/DateTime@1.55"),
    ("pkg:cpan/Perl::Version@1.013", "pkg:cpan/Perl::Version@1.013"),
    ("pkg:huggingface/Microsoft/deberta-V3@559062AD", "pkg:huggingface/Microsoft/deberta-V3@559062ad"),
    ("pkg:hackage/a_b_c@1", "pkg:hackage/a-b-c@1"),
    ("pkg:pub/Flutter.Doc-x@1", "pkg:pub/flutter_doc_x@1"),
    ("pkg:nuget/EnterpriseLibrary.Common@6.0.1304", "pkg:nuget/EnterpriseLibrary.Common@6.0.1304"),
    (
        "pkg:swid/Acme/example.com/Enterprise+Server@1.0.0",
        "pkg:swid/Acme/example.com/Enterprise%2BServer@1.0.0",
    ),
    ("pkg:cocoapods/GoogleUtilities@7.5.2#NSData+zlib", "pkg:cocoapods/GoogleUtilities@7.5.2#NSData%2Bzlib"),
    (
        "pkg:mlflow/CreditFraud@3?repository_url=https://adb-5.0.azuredatabricks.net/api",
        "pkg:mlflow/creditfraud@3?repository_url=https://adb-5.0.azuredatabricks.net/api",
    ),
    (
        "pkg:mlflow/CreditFraud@3?repository_url=https://x.api.azureml.ms/mlflow",
        "pkg:mlflow/CreditFraud@3?repository_url=https://x.api.azureml.ms/mlflow",
    ),
    (
        "pkg:generic/openssl@1.1.10g?checksum=sha1:ad95,sha256:41bf&download_url=https://h/o.tgz?x=1",
        "pkg:generic/openssl@1.1.10g?checksum=sha1:ad95%2Csha256:41bf&download_url=https://h/o.tgz%3Fx%3D1",
    ),
    ("pkg:generic/a%20b@1 2?k=a b", "pkg:generic/a%20b@1%202?k=a%20b"),
    ("pkg:generic/a~b_c-d.e:f@~1", "pkg:generic/a~b_c-d.e:f@~1"),
    ("pkg:generic/name@", "pkg:generic/name"),
    ("pkg:generic/name?", "pkg:generic/name"),
    ("pkg:generic/name#../.", "pkg:generic/name"),
    ("pkg:generic/a@b@1", "pkg:generic/a%40b@1"),
]


@pytest.mark.parametrize(("text", "canonical"), AGREED)
def test_agrees_with_the_oracle(text, canonical):
    assert canonical_purl(text) == canonical
    assert canonical_purl(canonical) == canonical
    assert oracle(text) == canonical


# Where we differ on purpose: (given, ours, what packageurl-python 0.17 says).
DIFFERENT = [
    # the type rules of the specification
    ("pkg:golang/github.com/BurntSushi/TOML@v1", "pkg:golang/github.com/burntsushi/toml@v1", "same"),
    ("pkg:deb/Debian/Curl@1", "pkg:deb/debian/curl@1", "same"),
    ("pkg:rpm/Fedora/centerIM@1", "pkg:rpm/fedora/centerIM@1", "same"),
    ("pkg:npm/%40MyScope/MyPackage@1", "pkg:npm/%40myscope/mypackage@1", "pkg:npm/%40MyScope/mypackage@1"),
    ("pkg:pypi/zope..interface@5.0RC1", "pkg:pypi/zope-interface@5.0rc1", "pkg:pypi/zope..interface@5.0RC1"),
    # a slash that was escaped does not turn into a separator
    ("pkg:generic/a%2Fb@1", "pkg:generic/a%2Fb@1", "pkg:generic/a/b@1"),
    ("pkg:generic/a@1%2F2", "pkg:generic/a@1%2F2", "pkg:generic/a@1/2"),
    # the scheme is compared without regard to case
    ("PKG:generic/a", "pkg:generic/a", None),
]


@pytest.mark.parametrize(("text", "canonical", "theirs"), DIFFERENT)
def test_differs_from_the_oracle_on_purpose(text, canonical, theirs):
    assert canonical_purl(text) == canonical
    assert canonical_purl(canonical) == canonical
    if theirs is None:
        with pytest.raises(ValueError, match="scheme"):
            oracle(text)
    else:
        assert oracle(text) == (text if theirs == "same" else theirs)


# What we refuse, and whether the oracle does.
REFUSED = [
    ("", True),
    ("pkg:", True),
    ("pkg:npm", True),
    ("pkg:npm/", True),
    ("pkg:npm//", True),
    ("pkg:maven/@1.3.4", True),
    ("pkg:@1", True),
    ("EnterpriseLibrary.Common@6.0.1304", True),
    ("pkg%3Amaven/org.apache.commons/io", True),
    ("http://example.org/npm/foo", True),
    ("pkg:3nginx/nginx@0.8.9", True),
    ("pkg:n&g?inx/nginx@0.8.9", True),
    ("pkg:nginx:a/nginx@0.8.9", True),
    ("pkg:npm/a?in%20production=true", True),
    ("pkg:npm/a?key", True),
    ("pkg:npm/a?1=2", True),
    ("pkg:npm/a?=2", False),
    ("pkg:npm/a?.x=2", False),
    ("pkg:npm/a?x=1&X=2", False),
    ("pkg:np_m/a", False),
    ("pkg:np+m/a", True),
    (" pkg:npm/a", True),
    ("pkg:npm/a ", False),
    ("pkg:npm/a\n", False),
    ("pkg:npm/a\x00b", False),
    ("pkg:npm/a#b#c", False),
    ("pkg:npm/100%", False),
    ("pkg:npm/a@%zz", False),
    ("pkg:npm/a%FF", False),
    ("pkg:npm/a\ud800", True),
    ("pkg:generic/a%2Fb/c", False),
    ("pkg:generic/a#b%2Fc", False),
    ("pkg:generic/%2F", True),
]


@pytest.mark.parametrize(("text", "refused_by_oracle"), REFUSED)
def test_refuses(text, refused_by_oracle):
    with pytest.raises(InputError) as caught:
        parse_purl(text)
    assert caught.value.code == "purl-malformed"
    if refused_by_oracle:
        with pytest.raises(ValueError, match=r".*"):
            oracle(text)
    else:
        assert oracle(text)


def test_components():
    assert parse_purl("pkg:npm/%40a/b@1?y=2&x=1#c/d") == Purl(
        type="npm", namespace="@a", name="b", version="1", qualifiers=(("x", "1"), ("y", "2")), subpath="c/d"
    )
    assert parse_purl("pkg:npm/b") == Purl(type="npm", name="b")
    assert parse_purl("pkg:golang/a/b/c").namespace == "a/b"
