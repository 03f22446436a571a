#pragma once

namespace fanlight::ui {

/// Light or dark as in the settings; the desktop's choice if they have none.
void applyChosenColours();

/// The desktop's preference (desktop/colour_scheme.h), which Qt's platform theme may not know.
void setDesktopPreference(bool dark);

/// Loads the language named in the settings, else the desktop's, in place of the one before, and sets its direction.
/// Widgets that exist keep their texts.
void applyChosenLanguage();

}  // namespace fanlight::ui
