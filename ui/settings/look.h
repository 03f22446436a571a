#pragma once

namespace fanlight::ui {

/// Light or dark as in the settings; the desktop's choice if they have none.
void applyChosenColours();

/// The desktop's preference (desktop/colour_scheme.h), which Qt's platform theme may not know.
void setDesktopPreference(bool dark);

/// Loads the language named in the settings, else the desktop's, and sets its direction. Call before the first widget
/// is created.
void applyChosenLanguage();

}  // namespace fanlight::ui
