#include "ui/main_window/main_window.h"

#include <QApplication>
#include <QCloseEvent>
#include <QDockWidget>
#include <QMenuBar>
#include <QStackedWidget>
#include <QToolBar>
#include <QVBoxLayout>

#include "ui/main_window/message_bar.h"
#include "ui/main_window/project.h"
#include "ui/parameters/parameters_pane.h"
#include "ui/prompts/prompt_model.h"
#include "ui/prompts/prompts_pane.h"
#include "ui/settings/look.h"
#include "ui/settings/settings.h"
#include "ui/settings/settings_dialog.h"
#include "ui/style/icons.h"

namespace fanlight::ui {

MainWindow::MainWindow(QWidget* parent)
    : QMainWindow(parent),
      prompts_(new PromptsPane),
      parameters_(new ParametersPane),
      project_(new Project(prompts_->model(), this)),
      message_(new MessageBar),
      centre_(new QStackedWidget) {
    setDockOptions(AnimatedDocks | AllowNestedDocks | AllowTabbedDocks);
    setTabPosition(Qt::AllDockWidgetAreas, QTabWidget::North);
    makeCentre();
    makeDocks();
    makeMenus();
    makeToolBar();
    connectPanes();
    resize(1440, 900);
    resetLayout();
    firstLayout_ = saveState();
    restoreGeometry(settings::geometry.get());
    restoreState(settings::docks.get());
    prompts_->restoreColumns(settings::columns.get());
    parameters_->setGeneration(generationOf(settings::generation.get()));
    showTitle();
}

void MainWindow::makeCentre() {
    auto* middle = new QWidget;
    auto* layout = new QVBoxLayout(middle);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(message_);
    layout->addWidget(centre_, 1);
    centre_->addWidget(prompts_);
    setCentralWidget(middle);
}

QDockWidget* MainWindow::addDock(const QString& name, const QString& title, QWidget* pane, Qt::DockWidgetArea area) {
    auto* dock = new QDockWidget(title, this);
    dock->setObjectName(name);
    dock->setWidget(pane);
    pane->setAccessibleName(title);
    addDockWidget(area, dock);
    docks_ << dock;
    return dock;
}

void MainWindow::makeDocks() {
    setCorner(Qt::BottomLeftCorner, Qt::LeftDockWidgetArea);
    setCorner(Qt::BottomRightCorner, Qt::RightDockWidgetArea);
    const bool mirrored = layoutDirection() == Qt::RightToLeft;
    const auto leading = mirrored ? Qt::RightDockWidgetArea : Qt::LeftDockWidgetArea;
    addDock("parameters", tr("Parameters"), parameters_, leading);
}

void MainWindow::resetLayout() {
    for (QDockWidget* dock : docks_) {
        dock->setFloating(false);
        dock->show();
    }
    resizeDocks({docks_.first()}, {300}, Qt::Horizontal);
}

void MainWindow::makeMenus() {
    QMenu* file = menuBar()->addMenu(tr("&File"));
    file->addAction(icon("new"), tr("&New project"), QKeySequence::New, project_, &Project::newProject);
    file->addAction(icon("open"), tr("&Open a project…"), QKeySequence::Open, project_, &Project::open);
    file->addAction(icon("save"), tr("&Save"), QKeySequence::Save, project_, &Project::save);
    file->addAction(tr("Save &as…"), QKeySequence("Ctrl+Shift+S"), project_, &Project::saveAs);
    file->addSeparator();
    file->addAction(icon("settings"), tr("Se&ttings…"), QKeySequence("Ctrl+,"), this, &MainWindow::showSettings);
    file->addSeparator();
    file->addAction(tr("&Quit"), QKeySequence("Ctrl+Q"), this, &QWidget::close);

    QMenu* edit = menuBar()->addMenu(tr("&Edit"));
    QUndoStack* stack = prompts_->model()->undoStack();
    QAction* undo = stack->createUndoAction(this, tr("Undo"));
    undo->setIcon(icon("undo"));
    undo->setShortcut(QKeySequence::Undo);
    QAction* redo = stack->createRedoAction(this, tr("Redo"));
    redo->setIcon(icon("redo"));
    redo->setShortcuts({QKeySequence("Ctrl+Shift+Z"), QKeySequence("Ctrl+Y")});
    edit->addActions({undo, redo});
    edit->addSeparator();
    edit->addActions(prompts_->editActions());

    QMenu* view = menuBar()->addMenu(tr("&View"));
    for (int i = 0; i < docks_.size(); ++i) {
        QAction* toggle = docks_[i]->toggleViewAction();
        toggle->setShortcut(QKeySequence(QString("Alt+%1").arg(i + 1)));
        view->addAction(toggle);
    }
    view->addSeparator();
    view->addAction(tr("Go to the &prompt"), QKeySequence("Alt+A"), prompts_, &PromptsPane::focusPrompt);
    view->addAction(tr("&Reset the layout"), this, [this] { restoreState(firstLayout_); });
}

void MainWindow::makeToolBar() {
    QToolBar* bar = addToolBar(tr("Run"));
    bar->setObjectName("run");
    bar->setMovable(false);
}

void MainWindow::connectPanes() {
    connect(prompts_, &PromptsPane::problem, this, &MainWindow::showProblem);
    connect(project_, &Project::problem, this, &MainWindow::showProblem);
    connect(parameters_, &ParametersPane::problem, this, [this](const QString& sentence) { showProblem(sentence); });
    connect(parameters_, &ParametersPane::modelFolderChanged, prompts_, &PromptsPane::setModelFolder);
    connect(parameters_, &ParametersPane::changed, this,
            [this] { prompts_->setDefaults(parameters_->effectiveParameters()); });
    connect(project_, &Project::nameChanged, this, &MainWindow::showTitle);
}

void MainWindow::openFiles(const QStringList& files) {
    if (files.size() == 1 && files.first().endsWith(".jsonl"))
        project_->load(files.first());
    else
        prompts_->importFiles(files);
}

void MainWindow::showTitle() {
    setWindowTitle(QString("%1[*] – Fanlight").arg(project_->name()));
    setWindowModified(project_->isModified());
}

void MainWindow::showProblem(const QString& sentence, const QString& details) {
    message_->show(MessageBar::Kind::Problem, sentence, details);
}

void MainWindow::showSettings() {
    SettingsDialog dialog(this);
    connect(&dialog, &SettingsDialog::coloursChanged, this, &applyChosenColours);
    dialog.exec();
}

void MainWindow::closeEvent(QCloseEvent* event) {
    settings::geometry.set(saveGeometry());
    settings::docks.set(saveState());
    settings::columns.set(prompts_->saveColumns());
    if (leaving_ || !project_->isModified()) return event->accept();
    event->ignore();
    project_->leaveThen([this] {
        leaving_ = true;
        close();
    });
}

}  // namespace fanlight::ui
