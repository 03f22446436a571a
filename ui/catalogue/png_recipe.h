#pragma once

#include <QString>

#include "core/output/manifest.h"

namespace fanlight::ui {

/// What a PNG says about itself: the `fanlight` text, else A1111's `parameters`, else only its size. Never fails: a
/// file that cannot be read yields only its name.
ManifestRow rowOfPng(const QString& path);

}  // namespace fanlight::ui
