#pragma once

#include <QString>
#include <exception>

#include "core/base/sentence.h"

namespace fanlight::ui {

/// What core says, in the window's language: by the translations of its pattern in the context "core", whose keys lack
/// the full stop. Values are set apart from right-to-left text around them. GUI thread, or any other if no translator
/// is installed meanwhile.
QString phrase(const Sentence& sentence);

/// The same with a full stop, which core often leaves to a command line.
QString said(const Sentence& sentence);

/// What went wrong; of a list each mistake on a line of its own.
QString said(const std::exception& error);

}  // namespace fanlight::ui
