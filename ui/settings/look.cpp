#include "ui/settings/look.h"

#include <QApplication>
#include <QLibraryInfo>
#include <QLocale>
#include <QTranslator>
#include <memory>
#include <optional>

#include "ui/settings/settings.h"
#include "ui/style/style.h"

namespace fanlight::ui {

namespace {

std::optional<bool> desktopIsDark;

/// Seeds, sizes and file names use the digits 0 to 9: one window must not show two kinds of digits.
QLocale withPlainDigits(const QLocale& locale) {
    if (locale.zeroDigit() == "0") return locale;
    for (const QLocale& other : QLocale::matchingLocales(locale.language(), QLocale::AnyScript, QLocale::AnyTerritory))
        if (other.zeroDigit() == "0" && other.decimalPoint() == ".") return other;
    return QLocale::c();
}

constexpr const char* ofLanguage = "language";  // the object name of its translators

bool install(const QLocale& locale, const QString& file, const QString& folder) {
    auto translator = std::make_unique<QTranslator>();
    if (!translator->load(locale, file, "_", folder)) return false;
    translator->setObjectName(ofLanguage);
    translator->setParent(qApp);
    return QApplication::installTranslator(translator.release());
}

}  // namespace

void applyChosenColours() {
    const QString chosen = settings::colours.get();
    if (!chosen.isEmpty())
        applyStyle(chosen == "dark" ? Scheme::Dark : Scheme::Light);
    else if (desktopIsDark)
        applyStyle(*desktopIsDark ? Scheme::Dark : Scheme::Light);
    else
        followDesktop();
}

void setDesktopPreference(bool dark) {
    desktopIsDark = dark;
    applyChosenColours();
}

void applyChosenLanguage() {
    for (const QTranslator* former : qApp->findChildren<QTranslator*>(ofLanguage)) delete former;
    const QString chosen = settings::language.get();
    const QLocale locale = chosen.isEmpty() ? QLocale::system() : QLocale(chosen);
    QLocale::setDefault(withPlainDigits(locale));
    const bool isKnown = install(locale, "fanlight", ":/translations");
    QApplication::setLayoutDirection(isKnown ? locale.textDirection() : Qt::LeftToRight);
    if (!isKnown) {
        install(QLocale(QLocale::English), "fanlight", ":/translations");  // which has plural forms to look up
        return;
    }
    install(locale, "core", ":/translations");
    install(locale, "qtbase", QLibraryInfo::path(QLibraryInfo::TranslationsPath));
}

}  // namespace fanlight::ui
