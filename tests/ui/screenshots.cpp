// screenshots LANGUAGE light|dark FOLDER: pictures of the window and of each of its panes, with something in them.

#include <QApplication>
#include <QDir>
#include <QDockWidget>
#include <QStandardPaths>
#include <QTest>

#include "ui/main_window/main_window.h"
#include "ui/main_window/welcome_page.h"
#include "ui/parameters/parameters_pane.h"
#include "ui/prompts/prompt_model.h"
#include "ui/prompts/prompt_table.h"
#include "ui/prompts/prompts_pane.h"
#include "ui/settings/look.h"
#include "ui/settings/settings.h"
#include "ui/settings/settings_dialog.h"

namespace {

using namespace fanlight::ui;

constexpr int settle_ms = 600;  // models are looked up and vocabularies read off the GUI thread

std::vector<PromptEntry> sample_prompts(bool arabic) {
    if (arabic)
        return {{.prompt = "زهرة عباد الشمس (مشرقة:1.2) على خلفية زرقاء", .values = {{"steps", "30"}}},
                {.prompt = "قطة {حمراء|زرقاء} <lora:رسم:0.8>", .values = {{"negative_prompt", "ضباب"}}},
                {.prompt = "صاروخ فوق القمر"},
                {.prompt = "بيت في الثلج", .values = {{"width", "128"}, {"height", "192"}}},
                {.prompt = "قلعة عند الغروب", .values = {{"seed", "7"}}}};
    return {{.prompt = "a sunflower, (bright:1.2), on a blue background", .values = {{"steps", "30"}}},
            {.prompt = "a {red|blue} cat, <lora:sketch:0.8>", .values = {{"negative_prompt", "fog"}}},
            {.prompt = "a rocket above the moon"},
            {.prompt = "a house in the snow", .values = {{"width", "128"}, {"height", "192"}}},
            {.prompt = "a castle at sunset", .values = {{"seed", "7"}}}};
}

void show_states(PromptModel& model) {
    QImage picture(64, 64, QImage::Format_RGB32);
    picture.fill(QColor(0xf0, 0xb5, 0x4a));
    const RowState states[] = {{.stage = RowStage::Done, .done = 1, .thumbnail = picture},
                               {.stage = RowStage::Working, .step = 12, .of = 30, .device = "GPU 1"},
                               {.stage = RowStage::Failed, .failed = 1, .reason = "There is too little memory."},
                               {.stage = RowStage::Pending},
                               {.stage = RowStage::Idle}};
    for (size_t row = 0; row < std::size(states); ++row) model.setState(model.entries()[row].id, states[row]);
}

void grab(QWidget& widget, const QString& folder, const QString& name) {
    QTest::qWait(50);
    widget.grab().save(folder + "/" + name + ".png");
}

}  // namespace

int main(int argc, char** argv) {
    QStandardPaths::setTestModeEnabled(true);
    QApplication application(argc, argv);
    QApplication::setApplicationName("fanlight");
    QApplication::setOrganizationName("fanlight-screenshots");
    const QString language = argv[1], folder = argv[3];
    QDir().mkpath(folder);
    QSettings().clear();
    settings::language.set(language);
    settings::colours.set(argv[2]);
    applyChosenLanguage();
    applyChosenColours();

    MainWindow window;
    window.show();
    QTest::qWait(settle_ms);
    grab(window, folder, "window-first-start");
    Q_EMIT window.findChild<WelcomePage*>()->skipped();
    grab(window, folder, "window-empty");
    PromptModel& model = *window.prompts()->model();
    model.insert(0, sample_prompts(language == "ar"), {});
    window.prompts()->table()->selectRow(0);
    show_states(model);
    QTest::qWait(settle_ms);
    grab(window, folder, "window");
    for (QDockWidget* dock : window.findChildren<QDockWidget*>()) {
        dock->raise();
        grab(*dock, folder, dock->objectName());
    }
    window.prompts()->findAndReplace();
    grab(*window.prompts(), folder, "prompts");
    SettingsDialog dialog(&window);
    dialog.show();
    grab(dialog, folder, "settings");
    return 0;
}
