#pragma once

#include <QString>

#include "core/output/manifest.h"

namespace fanlight::ui {

/// What a PNG says about itself: `fanlight`'s text, else A1111's `parameters`, else its size alone. Never fails: a file
/// that cannot be read says nothing but its name.
ManifestRow rowOfPng(const QString& path);

}  // namespace fanlight::ui
