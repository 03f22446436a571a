// prompt_list: the prompt list's performance: 10,000 prompts pasted, changes to all of them at once, and with 100,000
// rows the longest pause while the table is scrolled, selected, sorted, filtered and searched. Exit status 1 if a limit
// is exceeded.

#include <QApplication>
#include <QClipboard>
#include <QLineEdit>
#include <QScrollBar>
#include <QStandardPaths>

#include "tests/bench/measure.h"
#include "ui/prompts/find_bar.h"
#include "ui/prompts/prompt_model.h"
#include "ui/prompts/prompt_table.h"
#include "ui/prompts/prompts_pane.h"
#include "ui/prompts/selection_edit.h"
#include "ui/prompts/shown_rows.h"

namespace {

using namespace fanlight;
using namespace fanlight::ui;

constexpr int many = 10'000, most = 100'000, frames = 600;
constexpr double paste_limit_ms = 500, change_limit_ms = 200, pause_limit_ms = 16;

QString lines(int count) {
    QString text;
    for (int i = 0; i < count; ++i)
        text +=
            QString("a photo of a house by the sea in the year %1, studio lighting, number %2\n").arg(i % 1000).arg(i);
    return text;
}

/// Until its effects are on the screen.
double time_of(PromptsPane& pane, const std::function<void()>& action) {
    QElapsedTimer timer;
    timer.start();
    action();
    pane.table()->viewport()->repaint();
    QApplication::processEvents();
    return milliseconds(timer);
}

bool report_changes(PromptsPane& pane) {
    QApplication::clipboard()->setText(lines(many));
    bool good = report("10,000 prompts pasted", time_of(pane, [&] { pane.paste(); }), paste_limit_ms, "ms");
    auto* edit = pane.table()->findChild<SelectionEdit*>();
    PromptTable& table = *pane.table();
    table.goTo(0, fieldWith("steps") + PromptModel::promptColumn);
    table.selectAll();
    const auto change = [&](const char* what, const std::function<void()>& action) {
        good &= report(what, time_of(pane, action), change_limit_ms, "ms");
    };
    const int steps = table.currentColumn();
    change("a value set in 10,000 rows", [&] { pane.model()->setValue(table.selectedRows(), steps, "30"); });
    change("that undone", [&] { pane.model()->undoStack()->undo(); });
    QApplication::clipboard()->setText(QString("25\n").repeated(many));
    change("10,000 values pasted", [&] { edit->pasteValues(); });
    change("filled down", [&] { edit->fillDown(); });
    change("cleared", [&] { edit->clear(); });
    pane.findAndReplace();
    auto* bar = pane.findChild<FindBar*>();
    bar->findChildren<QLineEdit*>()[0]->setText("house");
    bar->findChildren<QLineEdit*>()[1]->setText("castle");
    change("replaced in 10,000 prompts", [&] { bar->replaceAll(); });
    change("10,000 rows copied", [&] { table.copySelected(); });
    change("10,000 rows deleted", [&] { table.removeSelected(); });
    return good;
}

/// The longest time without the event loop until it is done, in ms.
double longest_pause(PromptsPane& pane, const std::function<void()>& action, const std::function<bool()>& done) {
    double longest = time_of(pane, action);
    while (!done()) {
        QElapsedTimer timer;
        timer.start();
        QApplication::processEvents();
        longest = std::max(longest, milliseconds(timer));
    }
    return longest;
}

bool report_pauses(PromptsPane& pane) {
    std::vector<PromptEntry> entries;
    const QStringList prompts = lines(most).split('\n', Qt::SkipEmptyParts);
    for (const QString& prompt : prompts)
        entries.push_back({.prompt = prompt, .values = {{"steps", QString::number(entries.size() % 50 + 1)}}});
    pane.model()->reset(std::move(entries));
    pane.setDefaults({{"seed", "42"}});
    PromptTable& table = *pane.table();
    QApplication::processEvents();

    std::vector<double> times;
    QScrollBar* bar = table.verticalScrollBar();
    for (int frame = 0; frame < frames; ++frame)
        times.push_back(time_of(pane, [&] {
            bar->setValue(frame % 2 == 0 ? bar->value() + 3 : int(qint64{bar->maximum()} * frame / frames));
        }));
    bool good = report("100,000 rows scrolled, p99 of a frame", quantile(times, 0.99), pause_limit_ms, "ms");
    times.clear();
    for (int row = 0; row < frames; ++row) times.push_back(time_of(pane, [&] { table.selectRow(row * 151); }));
    good &= report("a row selected, p99", quantile(times, 0.99), pause_limit_ms, "ms");
    const auto pause = [&](const char* what, const std::function<void()>& action, const std::function<bool()>& done) {
        good &= report(what, longest_pause(pane, action, done), pause_limit_ms, "ms");
    };
    const auto at_once = [] { return true; };
    pause(
        "all selected", [&] { table.selectAll(); }, at_once);
    pause(
        "one selected instead", [&] { table.selectRow(5); }, at_once);
    const int steps = fieldWith("steps") + PromptModel::promptColumn;
    const auto is_sorted = [&] { return !table.shown()->isWhole(); };
    pause(
        "sorted by steps", [&] { table.sortByColumn(steps, Qt::AscendingOrder); }, is_sorted);
    pause(
        "back in the list's order", [&] { table.sortByColumn(-1, Qt::AscendingOrder); }, at_once);
    pause(
        "sorted by prompt", [&] { table.sortByColumn(PromptModel::promptColumn, Qt::DescendingOrder); }, is_sorted);
    table.sortByColumn(-1, Qt::AscendingOrder);
    pause(
        "only those in no run", [&] { table.shown()->setStage(RowStage::Idle); }, at_once);
    table.shown()->setStage(std::nullopt);
    auto* find = pane.findChild<FindBar*>();
    find->findChildren<QLineEdit*>()[0]->setText("nowhere");
    std::printf("%-46s %9.1f ms\n", "a search for what is nowhere", time_of(pane, [&] { find->findNext(); }));
    return good;
}

}  // namespace

int main(int argc, char** argv) {
    QStandardPaths::setTestModeEnabled(true);
    qputenv("QT_QPA_PLATFORM", "offscreen");
    const QApplication application(argc, argv);
    PromptsPane pane;
    pane.resize(1280, 900);
    pane.show();
    QApplication::processEvents();
    const bool changes = report_changes(pane), pauses = report_pauses(pane);
    return changes && pauses ? 0 : 1;
}
