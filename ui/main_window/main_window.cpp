#include "ui/main_window/main_window.h"

#include <QApplication>
#include <QCloseEvent>
#include <QDesktopServices>
#include <QFileInfo>
#include <QMenu>
#include <QRadioButton>
#include <QScrollArea>
#include <QStackedWidget>
#include <QToolBar>
#include <QUrl>
#include <QVBoxLayout>

#include "ui/bridge/run_bridge.h"
#include "ui/desktop/desktop.h"
#include "ui/details/details_pane.h"
#include "ui/devices/devices_pane.h"
#include "ui/gallery/gallery_pane.h"
#include "ui/main_window/gallery_feed.h"
#include "ui/main_window/mode_forecast.h"
#include "ui/main_window/pane_docks.h"
#include "ui/main_window/project.h"
#include "ui/main_window/project_link.h"
#include "ui/main_window/results_feed.h"
#include "ui/main_window/run_bar.h"
#include "ui/main_window/run_controller.h"
#include "ui/main_window/run_opener.h"
#include "ui/main_window/welcome_page.h"
#include "ui/main_window/window_menus.h"
#include "ui/parameters/parameters_pane.h"
#include "ui/prompts/prompt_file.h"
#include "ui/prompts/prompt_model.h"
#include "ui/prompts/prompt_table.h"
#include "ui/prompts/prompts_pane.h"
#include "ui/queue/queue_pane.h"
#include "ui/results/results_pane.h"
#include "ui/settings/look.h"
#include "ui/settings/settings.h"
#include "ui/settings/settings_dialog.h"
#include "ui/style/content_area.h"

namespace fanlight::ui {

namespace {

/// In the middle.
enum Page { listPage, welcomePage };

}  // namespace

MainWindow::MainWindow(const QStringList& files, QWidget* parent)
    : QMainWindow(parent),
      bridge_(new RunBridge(this)),
      prompts_(new PromptsPane),
      parameters_(new ParametersPane),
      gallery_(new GalleryPane),
      details_(new DetailsPane),
      queue_(new QueuePane(bridge_)),
      devices_(new DevicesPane(bridge_)),
      results_(new ResultsPane),
      project_(new Project(prompts_->model(), this)),
      runs_(new RunController(bridge_, prompts_, parameters_, devices_, this)),
      opener_(new RunOpener(gallery_, results_, this)),
      runBar_(new RunBar(runs_->generateAction(), runs_->pauseAction(), runs_->cancelAction())),
      desktop_(new Desktop(this)),
      message_(new MessageBar),
      welcome_(new WelcomePage),
      centre_(new QStackedWidget) {
    makeCentre();
    makeToolBar();
    docks_ = new PaneDocks({parameters_, gallery_, details_, queue_, devices_, results_}, this);
    const auto* menus = new WindowMenus({prompts_, project_, runs_, opener_, docks_, gallery_}, this);
    connect(menus, &WindowMenus::settingsWanted, this, &MainWindow::showSettings);
    connectPanes();
    new ProjectLink(project_, parameters_, devices_, runs_->rows(), this);
    connectRuns();
    connectMessages();
    restore();
    openFirst(files);
}

void MainWindow::makeCentre() {
    auto* middle = new QWidget;
    auto* layout = new QVBoxLayout(middle);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(message_);
    layout->addWidget(centre_, 1);
    for (QWidget* page : {static_cast<QWidget*>(prompts_), static_cast<QWidget*>(welcome_)})
        centre_->addWidget(new ContentArea(page));
    setCentralWidget(middle);
}

void MainWindow::restore() {
    docks_->restore();
    gallery_->followAction()->setChecked(settings::followImages.get());
    prompts_->restoreColumns(settings::columns.get(), settings::columnCount.get());
    showTitle();
}

/// What a killed window left is recovered at the next start without files.
void MainWindow::openFirst(const QStringList& files) {
    const QString last = settings::project.get();
    bool hasContent = true;  // there is something to show
    if (files.size() == 1 && QFileInfo(files.first()).isDir())
        opener_->open(files.first());
    else if (files.size() == 1 && (isProject(files.first()) || files.first().endsWith(".jsonl")))
        project_->load(QFileInfo(files.first()).absoluteFilePath());
    else if (!files.isEmpty())
        prompts_->importFiles(files);
    else if (hasContent = project_->recover(); !hasContent && QFileInfo::exists(last))
        project_->load(last);
    if (hasContent) settings::started.set(true);
    const bool started = settings::started.get();
    centre_->setCurrentIndex(started ? listPage : welcomePage);
    started ? prompts_->focusPrompt() : welcome_->focusPrompt();
}

void MainWindow::makeToolBar() {
    QToolBar* bar = addToolBar(tr("Run"));
    bar->setObjectName("run");
    bar->setMovable(false);
    bar->toggleViewAction()->setEnabled(false);
    bar->addWidget(runBar_);
}

void MainWindow::connectPanes() {
    connect(project_, &Project::nameChanged, this, &MainWindow::showTitle);
    connect(parameters_, &ParametersPane::modelFolderChanged, prompts_, &PromptsPane::setModelFolder);
    connect(parameters_, &ParametersPane::changed, this, [this] {
        const Generation& generation = parameters_->generation();
        prompts_->setDefaults(parameters_->effectiveParameters(), generation.sameSeed, affixesOf(generation));
    });
    connect(devices_, &DevicesPane::choiceChanged, this,
            [this] { parameters_->setDeviceMemory(devices_->smallestMemory()); });
    connect(gallery_, &GalleryPane::imageChosen, details_, &DetailsPane::showImage);
    connect(gallery_, &GalleryPane::selectionChanged, details_, &DetailsPane::showCount);
    connect(details_, &DetailsPane::noteChanged, gallery_, &GalleryPane::setNote);
    connect(gallery_->followAction(), &QAction::triggered, this, [](bool on) { settings::followImages.set(on); });
    constexpr int sameSeed = 0, four = 4;
    for (const auto signal : {&GalleryPane::useSettings, &GalleryPane::moreLikeThis})
        connect(gallery_, signal, this, [this, signal](const Item& image) {
            takeImage(image, signal == &GalleryPane::useSettings ? sameSeed : four);
        });
    for (const auto signal : {&DetailsPane::useSettings, &DetailsPane::moreLikeThis})
        connect(details_, signal, this, [this, signal](const Item& image) {
            takeImage(image, signal == &DetailsPane::useSettings ? sameSeed : four);
        });
    connect(queue_, &QueuePane::openFolder, this,
            [](const QString& folder) { QDesktopServices::openUrl(QUrl::fromLocalFile(folder)); });
    connect(welcome_, &WelcomePage::skipped, this, [this] { welcome({}); });
    connect(welcome_, &WelcomePage::accepted, this, &MainWindow::welcome);
    connect(welcome_, &WelcomePage::listPasted, this, [this](const QString& lines) {
        welcome({});
        prompts_->insertLines(lines);
    });
}

void MainWindow::connectRuns() {
    auto* pictures = new GalleryFeed(bridge_, gallery_, this);
    connect(queue_, &QueuePane::remakeCulled, pictures, &GalleryFeed::remakeCulled);
    auto* answers = new ResultsFeed(bridge_, results_, this);
    connect(queue_, &QueuePane::runSelected, answers, &ResultsFeed::choose);
    connect(answers, &ResultsFeed::textsChosen, docks_, &PaneDocks::showResults);
    connect(answers, &ResultsFeed::picturesChosen, docks_, &PaneDocks::showGallery);
    connect(opener_, &RunOpener::textsOpened, docks_, &PaneDocks::showResults);
    connect(opener_, &RunOpener::picturesOpened, docks_, &PaneDocks::showGallery);
    connect(opener_, &RunOpener::problem, this, [this](const QString& sentence) { showProblem(sentence); });
    const auto showRun = [this] { parameters_->setRun(bridge_->current()); };
    connect(bridge_, &RunBridge::runsChanged, this, showRun);
    connect(bridge_, &RunBridge::runChanged, this, showRun);
    new ModeForecast(prompts_, parameters_, devices_, this);
    connect(runs_, &RunController::doubted, this,
            [this](const QString& sentence, const QString& action, const std::function<void()>& act) {
                message_->show(MessageBar::Kind::Notice, sentence, {}, action, act);
            });
    connect(queue_, &QueuePane::runSelected, runs_, &RunController::setShownRun);
    connect(runs_, &RunController::begun, message_, &QWidget::hide);  // its problem is solved
    connect(runs_, &RunController::noticed, this, [this](const QString& sentences) { message_->notice(sentences); });
    connect(runs_, &RunController::progress, this, &MainWindow::showProgress);
    connect(runs_, &RunController::ended, this, &MainWindow::runEnded);
}

/// What is said in the message bar, and what ends it.
void MainWindow::connectMessages() {
    using About = MessageBar::About;
    const auto problems = [this](About about) {
        return
            [this, about](const QString& sentence, const QString& details) { showProblem(sentence, details, about); };
    };
    connect(prompts_, &PromptsPane::problem, this, problems(About::Plan));
    connect(project_, &Project::problem, this, problems(About::File));
    connect(project_, &Project::recovered, this, [this] {
        message_->show(MessageBar::Kind::Done, tr("Your unsaved changes have been restored."));
        message_->setAbout(About::UnsavedChanges);
    });
    connect(parameters_, &ParametersPane::problem, this,
            [this](const QString& sentence) { showProblem(sentence, {}, About::Model); });
    connect(runs_, &RunController::problem, this,
            [this](const QString& sentence, About about) { showProblem(sentence, {}, about); });

    const auto settle = [this](std::initializer_list<About> all) {
        for (const About about : all) message_->settle(about);
    };
    for (const auto signal : {&Project::loaded, &Project::saved})
        connect(project_, signal, message_, [settle] { settle({About::File, About::UnsavedChanges}); });
    // The list is emptied when the window is closed, and the message bar may be gone before.
    connect(prompts_->model()->undoStack(), &QUndoStack::indexChanged, message_, [settle] {
        settle({About::Rows, About::Plan});
    });
    connect(parameters_, &ParametersPane::changed, message_, [this, settle] {
        settle({About::Plan});
        if (parameters_->card()) settle({About::Model});
    });
    connect(devices_, &DevicesPane::choiceChanged, message_, [this, settle] {
        settle({About::Plan});
        if (!devices_->devices().isEmpty()) settle({About::Devices});
    });
    connect(runs_, &RunController::endingSettled, message_, [settle] { settle({About::Run}); });
}

void MainWindow::attach() {
    bridge_->attach();
    devices_->readDevices();
}

/// Ends the first start, with a picture or without.
void MainWindow::welcome(const QString& prompt) {
    settings::started.set(true);
    centre_->setCurrentIndex(listPage);
    prompts_->focusPrompt();
    if (prompt.isEmpty()) return;
    prompts_->addEntry({.prompt = prompt});
    runs_->generate();
}

/// Adds a row that makes the image again, or `nextSeeds` more with the seeds after its own.
void MainWindow::takeImage(const Item& image, int nextSeeds) {
    const ImageTask& parameters = image_of(image);
    PromptEntry entry = entryOf(parameters);
    const auto& card = parameters_->card();
    const QString model = card ? QString::fromStdString(card->name) : QString();
    if (const auto scales = card ? scalesFor(*card, parameters) : QMap<QString, QString>(); !scales.isEmpty()) {
        entry.values.remove("cfg_scale");
        entry.values.insert(scales);
    }
    if (image.recipe) entry.values.insert(differencesOf(recipe_of(image), parameters_->generation(), model));
    if (nextSeeds > 0) {
        entry.values["seed"] = QString::number(parameters.seed + 1);
        entry.values["images"] = QString::number(nextSeeds);
    }
    centre_->setCurrentIndex(listPage);
    prompts_->addEntry(entry);
    if (!image.recipe) return;
    const QStringList others =
        otherComponents(recipe_of(image), parameters_->generation(), card ? card->lacks : std::vector<std::string>());
    if (!others.isEmpty())
        message_->notice(tr("The image was made with other components than those of the parameters (%1). Choose them "
                            "there to make it again.")
                             .arg(others.join("; ")));
}

void MainWindow::showTitle() {
    const QString name = QString("%1[*] – Fanlight").arg(project_->name());
    setWindowTitle(progress_.isEmpty() ? name : progress_ + " – " + name);
    setWindowModified(project_->isModified());
}

void MainWindow::showProblem(const QString& sentence, const QString& details, MessageBar::About about) {
    message_->show(MessageBar::Kind::Problem, sentence, details);
    message_->setAbout(about);
}

void MainWindow::showProgress(const QString& text, double fraction) {
    runBar_->showProgress(text, fraction);
    progress_ = fraction < 0 ? QString() : QLocale().toString(int(fraction * 100)) + QLocale().percent();
    showTitle();
    desktop_->showProgress(fraction);
    desktop_->keepAwake(fraction >= 0 && settings::keepAwake.get());
}

void MainWindow::runEnded(const QString& sentence, bool failed) {
    if (failed) {
        message_->show(MessageBar::Kind::Problem, sentence, {}, tr("Retry"), [this] { runs_->retry(); });
        message_->setAbout(MessageBar::About::Run);
    }
    if (settings::notify.get() && !isActiveWindow()) desktop_->notify(tr("The run has ended"), sentence);
}

void MainWindow::showSettings() {
    SettingsDialog dialog(this);
    connect(&dialog, &SettingsDialog::coloursChanged, this, &applyChosenColours);
    dialog.exec();
}

/// As Qt does it, but past panes behind others, where nobody would see the focus, and with the new place in view.
bool MainWindow::focusNextPrevChild(bool next) {
    const auto isStop = [this](const QWidget* widget) {
        const auto* radio = qobject_cast<const QRadioButton*>(widget);
        return widget->window() == this && widget->isVisible() && widget->isEnabled() && !widget->focusProxy() &&
               (widget->focusPolicy() & Qt::TabFocus) && (!radio || radio->isChecked()) && !docks_->isCovered(widget);
    };
    QWidget* const from = focusWidget() ? focusWidget() : this;
    QWidget* to = from;
    do {
        to = next ? to->nextInFocusChain() : to->previousInFocusChain();
    } while (to != from && !isStop(to));
    if (to == from) return false;
    setAttribute(Qt::WA_KeyboardFocusChange);
    to->setFocus(next ? Qt::TabFocusReason : Qt::BacktabFocusReason);
    for (QWidget* around = to->parentWidget(); around; around = around->parentWidget())
        if (auto* area = qobject_cast<QScrollArea*>(around)) area->ensureWidgetVisible(to);
    return true;
}

/// The menu of the docks' titles does what the View menu does.
QMenu* MainWindow::createPopupMenu() {
    auto* menu = new QMenu(this);
    menu->addActions(docks_->toggleActions());
    return menu;
}

void MainWindow::closeEvent(QCloseEvent* event) {
    docks_->remember();
    settings::columns.set(prompts_->saveColumns());
    settings::columnCount.set(prompts_->columnCount());
    event->ignore();
    if (!closing_ && !runs_->mayLeave(this)) return;
    if (closing_ || !project_->isModified()) return event->accept();
    project_->leaveThen([this] {
        closing_ = true;
        project_->forgetChanges();
        QMetaObject::invokeMethod(this, &QWidget::close, Qt::QueuedConnection);  // not from within its own close event
    });
}

}  // namespace fanlight::ui

#include "moc_main_window.cpp"
