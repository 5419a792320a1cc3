"""States with the names that English has for them and for who belongs to them, one state a line.

Members and observers of the United Nations, and the parts of the United Kingdom. Cities are left out, though news say
"Paris" for a government: a sentence about the city would count as one about the state.
"""

from __future__ import annotations

NAMES = tuple(
    tuple(name.strip() for name in line.split(","))
    for line in """
        Afghanistan, Afghan, Afghans
        Albania, Albanian, Albanians
        Algeria, Algerian, Algerians
        Andorra, Andorran, Andorrans
        Angola, Angolan, Angolans
        Antigua and Barbuda, Antiguan, Antiguans
        Argentina, Argentine, Argentines, Argentinian, Argentinians
        Armenia, Armenian, Armenians
        Australia, Australian, Australians
        Austria, Austrian, Austrians
        Azerbaijan, Azerbaijani, Azerbaijanis
        Bahamas, Bahamian, Bahamians
        Bahrain, Bahraini, Bahrainis
        Bangladesh, Bangladeshi, Bangladeshis
        Barbados, Barbadian, Barbadians
        Belarus, Belarusian, Belarusians
        Belgium, Belgian, Belgians
        Belize, Belizean, Belizeans
        Benin, Beninese
        Bhutan, Bhutanese
        Bolivia, Bolivian, Bolivians
        Bosnia and Herzegovina, Bosnia, Bosnian, Bosnians
        Botswana, Batswana
        Brazil, Brazilian, Brazilians
        Brunei, Bruneian, Bruneians
        Bulgaria, Bulgarian, Bulgarians
        Burkina Faso, Burkinabe
        Burundi, Burundian, Burundians
        Cambodia, Cambodian, Cambodians
        Cameroon, Cameroonian, Cameroonians
        Canada, Canadian, Canadians
        Cape Verde, Cabo Verde, Cape Verdean, Cape Verdeans
        Central African Republic, Central African, Central Africans
        Chad, Chadian, Chadians
        Chile, Chilean, Chileans
        China, Chinese
        Colombia, Colombian, Colombians
        Comoros, Comorian, Comorians
        Costa Rica, Costa Rican, Costa Ricans
        Croatia, Croatian, Croatians, Croat, Croats
        Cuba, Cuban, Cubans
        Cyprus, Cypriot, Cypriots
        Czechia, Czech Republic, Czech, Czechs
        Denmark, Danish, Dane, Danes
        Djibouti, Djiboutian, Djiboutians
        Dominican Republic
        East Timor, Timor-Leste, Timorese
        Ecuador, Ecuadorian, Ecuadorians
        Egypt, Egyptian, Egyptians
        El Salvador, Salvadoran, Salvadorans
        England, English
        Equatorial Guinea, Equatorial Guinean, Equatorial Guineans
        Eritrea, Eritrean, Eritreans
        Estonia, Estonian, Estonians
        Eswatini, Swaziland, Swazi, Swazis
        Ethiopia, Ethiopian, Ethiopians
        European Union, EU
        Fiji, Fijian, Fijians
        Finland, Finnish, Finn, Finns
        France, French, Frenchman, Frenchwoman
        Gabon, Gabonese
        Gambia, Gambian, Gambians
        Georgia, Georgian, Georgians
        Germany, German, Germans
        Ghana, Ghanaian, Ghanaians
        Greece, Greek, Greeks
        Grenada, Grenadian, Grenadians
        Guatemala, Guatemalan, Guatemalans
        Guinea, Guinean, Guineans
        Guyana, Guyanese
        Haiti, Haitian, Haitians
        Honduras, Honduran, Hondurans
        Hungary, Hungarian, Hungarians
        Iceland, Icelandic, Icelander, Icelanders
        India, Indian, Indians
        Indonesia, Indonesian, Indonesians
        Iran, Iranian, Iranians
        Iraq, Iraqi, Iraqis
        Ireland, Irish
        Israel, Israeli, Israelis
        Italy, Italian, Italians
        Ivory Coast, Ivorian, Ivorians
        Jamaica, Jamaican, Jamaicans
        Japan, Japanese
        Jordan, Jordanian, Jordanians
        Kazakhstan, Kazakh, Kazakhs
        Kenya, Kenyan, Kenyans
        Kosovo, Kosovan, Kosovar, Kosovars
        Kuwait, Kuwaiti, Kuwaitis
        Kyrgyzstan, Kyrgyz
        Laos, Lao, Laotian, Laotians
        Latvia, Latvian, Latvians
        Lebanon, Lebanese
        Lesotho, Basotho
        Liberia, Liberian, Liberians
        Libya, Libyan, Libyans
        Lithuania, Lithuanian, Lithuanians
        Luxembourg, Luxembourger, Luxembourgers
        Madagascar, Malagasy
        Malawi, Malawian, Malawians
        Malaysia, Malaysian, Malaysians
        Maldives, Maldivian, Maldivians
        Mali, Malian, Malians
        Malta, Maltese
        Mauritania, Mauritanian, Mauritanians
        Mauritius, Mauritian, Mauritians
        Mexico, Mexican, Mexicans
        Moldova, Moldovan, Moldovans
        Monaco, Monegasque
        Mongolia, Mongolian, Mongolians
        Montenegro, Montenegrin, Montenegrins
        Morocco, Moroccan, Moroccans
        Mozambique, Mozambican, Mozambicans
        Myanmar, Burma, Burmese
        Namibia, Namibian, Namibians
        Nepal, Nepali, Nepalis, Nepalese
        Netherlands, Holland, Dutch, Dutchman, Dutchwoman
        New Zealand, New Zealander, New Zealanders
        Nicaragua, Nicaraguan, Nicaraguans
        Niger, Nigerien, Nigeriens
        Nigeria, Nigerian, Nigerians
        North Korea, North Korean, North Koreans
        North Macedonia, Macedonian, Macedonians
        Northern Ireland, Northern Irish
        Norway, Norwegian, Norwegians
        Oman, Omani, Omanis
        Pakistan, Pakistani, Pakistanis
        Palestine, Palestinian, Palestinians
        Panama, Panamanian, Panamanians
        Papua New Guinea, Papua New Guinean
        Paraguay, Paraguayan, Paraguayans
        Peru, Peruvian, Peruvians
        Philippines, Philippine, Filipino, Filipinos, Filipina
        Poland, Polish, Pole, Poles
        Portugal, Portuguese
        Qatar, Qatari, Qataris
        Romania, Romanian, Romanians
        Russia, Russian, Russians, Russian Federation
        Rwanda, Rwandan, Rwandans
        Samoa, Samoan, Samoans
        Saudi Arabia, Saudi, Saudis
        Scotland, Scottish, Scot, Scots
        Senegal, Senegalese
        Serbia, Serbian, Serbians, Serb, Serbs
        Seychelles, Seychellois
        Sierra Leone, Sierra Leonean, Sierra Leoneans
        Singapore, Singaporean, Singaporeans
        Slovakia, Slovak, Slovaks
        Slovenia, Slovenian, Slovenians, Slovene, Slovenes
        Somalia, Somali, Somalis
        South Africa, South African, South Africans
        South Korea, South Korean, South Koreans
        South Sudan, South Sudanese
        Spain, Spanish, Spaniard, Spaniards
        Sri Lanka, Sri Lankan, Sri Lankans
        Sudan, Sudanese
        Suriname, Surinamese
        Sweden, Swedish, Swede, Swedes
        Switzerland, Swiss
        Syria, Syrian, Syrians
        Taiwan, Taiwanese
        Tajikistan, Tajik, Tajiks
        Tanzania, Tanzanian, Tanzanians
        Thailand, Thai, Thais
        Togo, Togolese
        Tonga, Tongan, Tongans
        Trinidad and Tobago, Trinidadian, Trinidadians
        Tunisia, Tunisian, Tunisians
        Turkey, T\u00fcrkiye, Turkish, Turk, Turks
        Turkmenistan, Turkmen
        Uganda, Ugandan, Ugandans
        Ukraine, Ukrainian, Ukrainians
        United Arab Emirates, UAE, Emirati, Emiratis
        United Kingdom, UK, Great Britain, Britain, British, Briton, Britons
        United Nations, UN
        United States of America, United States, US, USA, America, American, Americans
        Uruguay, Uruguayan, Uruguayans
        Uzbekistan, Uzbek, Uzbeks
        Vanuatu, Ni-Vanuatu
        Vatican, Holy See
        Venezuela, Venezuelan, Venezuelans
        Vietnam, Vietnamese
        Wales, Welsh, Welshman
        Yemen, Yemeni, Yemenis
        Zambia, Zambian, Zambians
        Zimbabwe, Zimbabwean, Zimbabweans
    """.strip().splitlines()
)
"""The state's own name first."""
