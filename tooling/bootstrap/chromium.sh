#!/usr/bin/env bash
# Installs Chromium on Debian, for the tests that run in a browser; it brings its own Vulkan driver that needs no GPU.
set -euo pipefail

command -v chromium >/dev/null && exit 0
command -v apt-get >/dev/null || exit 1
[ "$(id -u)" = 0 ] || exit 1
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq >&2
apt-get install -y -qq --no-install-recommends chromium >&2
command -v chromium >/dev/null
