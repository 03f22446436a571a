#include "ui/main_window/window_menus.h"

#include <QApplication>
#include <QDir>
#include <QFileInfo>
#include <QMainWindow>
#include <QMenuBar>
#include <QMessageBox>

#include "ui/gallery/gallery_pane.h"
#include "ui/help/manual_window.h"
#include "ui/main_window/keys_dialog.h"
#include "ui/main_window/pane_docks.h"
#include "ui/main_window/project.h"
#include "ui/main_window/run_controller.h"
#include "ui/main_window/run_opener.h"
#include "ui/models/direction.h"
#include "ui/prompts/prompt_model.h"
#include "ui/prompts/prompt_table.h"
#include "ui/prompts/prompts_pane.h"
#include "ui/settings/settings.h"
#include "ui/style/icons.h"

namespace fanlight::ui {

WindowMenus::WindowMenus(const Parts& parts, QMainWindow* window) : QObject(window), parts_(parts), window_(window) {
    makeFileMenu();
    makeEditMenu();
    makeRunMenu();
    makeViewMenu();
    makeHelpMenu();
}

void WindowMenus::makeFileMenu() {
    QMenu* file = window_->menuBar()->addMenu(tr("&File"));
    Project* project = parts_.project;
    file->addAction(icon("new"), tr("&New project"), QKeySequence::New, project, &Project::newProject);
    file->addAction(icon("open"), tr("&Open a project…"), QKeySequence::Open, project, &Project::open);
    QMenu* recent = file->addMenu(tr("Open re&cent"));
    recent->setToolTipsVisible(true);
    connect(recent, &QMenu::aboutToShow, this, [this, recent] { fillRecent(recent); });
    file->addAction(icon("save"), tr("&Save"), QKeySequence::Save, project, &Project::save);
    file->addAction(tr("Save &as…"), QKeySequence("Ctrl+Shift+S"), project, &Project::saveAs);
    file->addSeparator();
    file->addAction(tr("Open a &run folder…"), QKeySequence("Ctrl+Shift+O"), this,
                    [this] { parts_.opener->askForFolder(window_); });
    file->addSeparator();
    file->addAction(icon("settings"), tr("Se&ttings…"), QKeySequence("Ctrl+,"), this, &WindowMenus::settingsWanted);
    file->addSeparator();
    QAction* quit = file->addAction(tr("&Quit"), QKeySequence("Ctrl+Q"), window_, &QWidget::close);
    quit->setShortcutContext(Qt::ApplicationShortcut);  // also in the viewer
}

void WindowMenus::fillRecent(QMenu* menu) {
    menu->clear();
    const QStringList files = settings::recentFiles.get();
    for (const QString& file : files) {
        const QString name = QFileInfo(file).fileName().replace('&', "&&");
        QAction* action = menu->addAction(isolated(name), this, [this, file] { parts_.project->openRecent(file); });
        action->setToolTip(QDir::toNativeSeparators(file));
    }
    if (files.isEmpty()) menu->addAction(tr("Nothing yet"))->setEnabled(false);
    if (files.isEmpty()) return;
    menu->addSeparator();
    menu->addAction(tr("Clear the list"), this, [] { settings::recentFiles.set({}); });
}

void WindowMenus::makeEditMenu() {
    QMenu* edit = window_->menuBar()->addMenu(tr("&Edit"));
    QUndoStack* stack = parts_.prompts->model()->undoStack();
    QAction* undo = stack->createUndoAction(this, tr("Undo"));
    undo->setIcon(icon("undo"));
    undo->setShortcut(QKeySequence::Undo);
    QAction* redo = stack->createRedoAction(this, tr("Redo"));
    redo->setIcon(icon("redo"));
    redo->setShortcuts({QKeySequence("Ctrl+Shift+Z"), QKeySequence("Ctrl+Y")});
    edit->addActions({undo, redo});
    edit->addSeparator();
    edit->addActions(parts_.prompts->editActions());
}

void WindowMenus::makeRunMenu() {
    QMenu* run = window_->menuBar()->addMenu(tr("&Run"));
    RunController* runs = parts_.runs;
    run->addActions({runs->generateAction(), runs->generateSelectedAction(), runs->addAction()});
    auto* rowsSeparator = new QAction(this);
    rowsSeparator->setSeparator(true);
    PromptTable* table = parts_.prompts->table();
    table->insertActions(table->actions().value(0), {runs->generateSelectedAction(), runs->addAction(), rowsSeparator});
    run->addSeparator();
    run->addActions({runs->pauseAction(), runs->cancelAction(), runs->retryAction()});
}

void WindowMenus::makeViewMenu() {
    QMenu* view = window_->menuBar()->addMenu(tr("&View"));
    view->addActions(parts_.docks->toggleActions());
    view->addSeparator();
    view->addAction(parts_.gallery->followAction());
    view->addAction(tr("Go to the &prompt"), QKeySequence("Alt+A"), parts_.prompts, &PromptsPane::focusPrompt);
    view->addAction(tr("&Reset the layout"), parts_.docks, &PaneDocks::reset);
}

void WindowMenus::makeHelpMenu() {
    QMenu* help = window_->menuBar()->addMenu(tr("&Help"));
    help->addAction(tr("&Manual"), QKeySequence::HelpContents, this, [this] { ManualWindow::open(window_); });
    help->addAction(tr("&Keyboard shortcuts"), QKeySequence("Ctrl+F1"), this,
                    [this] { KeysDialog(*window_->menuBar(), window_).exec(); });
    help->addSeparator();
    help->addAction(tr("&About Fanlight"), this, [this] {
        const QString version = QApplication::applicationVersion();
        QMessageBox::about(window_, tr("About Fanlight"),
                           tr("Fanlight %1\n\nLarge batches of images and texts from prompt lists, on every device of "
                              "a workstation.")
                               .arg(version));
    });
}

}  // namespace fanlight::ui

#include "moc_window_menus.cpp"
