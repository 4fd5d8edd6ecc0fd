#!/usr/bin/env bash
# Installs Mesa's CPU driver for Vulkan (lavapipe) on Debian or Ubuntu, recent enough for Dawn: 22.3, of Debian bookworm, is not.
set -euo pipefail

enough() { dpkg --compare-versions "$(dpkg-query -W -f '${Version}' mesa-vulkan-drivers 2>/dev/null || echo 0)" ge 23.1; }

command -v apt-get >/dev/null || exit 1
enough && exit 0
[ "$(id -u)" = 0 ] || exit 1
export DEBIAN_FRONTEND=noninteractive
install=(apt-get install -y -qq --no-install-recommends)
. /etc/os-release
if [ "${VERSION_CODENAME:-}" = bookworm ]; then
  suite=bookworm-backports
  if ! grep -rqs "$suite" /etc/apt/sources.list /etc/apt/sources.list.d; then
    echo "deb http://deb.debian.org/debian $suite main" >"/etc/apt/sources.list.d/$suite.list"
  fi
  install+=(-t "$suite")
fi
apt-get update -qq >&2
# one by one, so that what there is gets installed
for package in libvulkan1 mesa-vulkan-drivers; do "${install[@]}" "$package" >&2 || true; done
enough
