#pragma once

#include <memory>

#include "ui/main_window/main_window.h"
#include "ui/main_window/message_bar.h"
#include "ui/prompts/prompt_model.h"
#include "ui/prompts/prompts_pane.h"

/// Opens the application's window in this process and reads what it shows.
namespace fanlight::ui {

/// Opens it as the program does, with the files named on the command line.
inline std::unique_ptr<MainWindow> openWindow(const QStringList& files = {}) {
    auto window = std::make_unique<MainWindow>(files);
    window->show();
    window->attach();
    return window;
}

inline QStringList promptsOf(const MainWindow& window) {
    QStringList prompts;
    for (const PromptEntry& entry : window.prompts()->model()->entries()) prompts << entry.prompt;
    return prompts;
}

inline RowState stateOf(const MainWindow& window, int row) {
    const PromptModel& prompts = *window.prompts()->model();
    return prompts.state(prompts.entries()[row].id);
}

/// The message above the prompts; "": none.
inline QString messageOf(const MainWindow& window) {
    const auto* message = window.findChild<MessageBar*>();
    return message->isVisible() ? message->accessibleDescription() : QString();
}

}  // namespace fanlight::ui
