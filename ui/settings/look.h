#pragma once

namespace fanlight::ui {

/// Light or dark as the settings say; the desktop's where they say nothing.
void applyChosenColours();

/// What the desktop says of it (desktop/colour_scheme.h), which Qt's platform theme may not know.
void desktopWishes(bool dark);

/// Loads the language that the settings name, else the desktop's, with its direction. Before the first widget is made.
void applyChosenLanguage();

}  // namespace fanlight::ui
